import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { findServicePorts, TooFewFreePorts } from '../src/service-ports.ts';

test('every documented port is another free one, in settings and addresses alike', async () => {
  const { environment, rewrite } = await findServicePorts();
  const ports = Object.values(environment);
  assert.equal(new Set(ports).size, 10);
  for (const port of ports) assert.match(port, /^\d+$/);
  assert.equal(rewrite('curl http://127.0.0.1:8000/x localhost:8041 127.0.0.1:9090'), `curl http://127.0.0.1:${environment['GATEWAY_PORT']}/x localhost:${environment['WORKER_GRPC_PORT']} 127.0.0.1:9090`);
});

test('where too few ports are free, the check says so and how many, and gives none that is not one', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const address = taken.address();
  assert.ok(typeof address === 'object' && address !== null);
  await assert.rejects(findServicePorts({ first: address.port, count: 1 }), (error) => {
    assert.ok(error instanceof TooFewFreePorts);
    assert.match(error.message, /^only 0 of the ports \d+ to \d+ are free, and the page needs 10/);
    return true;
  });
});
