import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { verify } from '../src/commands/verify.ts';
import { WrongUsage } from '../src/wrong-usage.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { settingsFor, tacos } from './support/tacos.ts';

const SEATS = { sections: [{ id: 'S', seats: [{ row: 'A', from: 1, to: 4, states: 'ffff' }] }] };

/** A deployment that gives every seat to everybody who asks. */
async function generousShop(): Promise<Server> {
  let given = 0;
  const answers: readonly (readonly [RegExp, number, () => object])[] = [
    [/\/auth\/register$/, 201, () => ({ token: 'anybody' })],
    [/\/availability$/, 200, () => ({ sections: [] })],
    [/\/seats$/, 200, () => SEATS],
    [/\/events\/[^/]+$/, 200, () => ({ sections: [{ id: 'S', kind: 'seats', capacity: 4 }] })],
    [/\/cancel$/, 200, () => ({ status: 'CANCELLED' })],
    [/\/reservations$/, 201, () => ({ reservation_id: `rsv_${given++}`, hold_expires_at: new Date(Date.now() + 60_000).toISOString() })],
  ];
  const server = createServer((request, response) => {
    request.resume();
    const [, status = 404, body = () => ({})] = answers.find(([path]) => path.test(request.url ?? '')) ?? [];
    response.writeHead(status, { 'content-type': 'application/json', 'x-server-time': String(Date.now()) }).end(JSON.stringify(body()));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

describe('tacos verify', () => {
  let platform: RunningPlatform;
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tacos-verify-'));
    platform = await startUp(directory);
  });

  after(async () => {
    await platform.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('I1, I2: finds that what a running platform answers can all be true, and exits with 0', async () => {
    const { code, stdout, stderr } = await platform.tacos('verify', platform.addresses.gateway, '--users', '4', '--requests', '15');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /green/);
    assert.match((await platform.tacos('events', 'list', '--all')).stdout, /^evt_verify_\w+ .* ended \d{4}-/m, 'nobody is to buy from it afterwards');
    assert.match(stderr, /4 users compete .* every other one over gRPC at 127\.0\.0\.1:\d+/);
  });

  it('I2: names the fewest answers that contradict each other, and exits with 1', async () => {
    const shop = await generousShop();
    try {
      const { port } = shop.address() as AddressInfo;
      const { code, stdout } = await tacos(['verify', `http://127.0.0.1:${port}`, '--event', 'any', '--users', '2', '--requests', '10'], settingsFor(directory));
      assert.equal(code, 1);
      assert.match(stdout, /RED: S-A-\d: these cannot all be true\n.* got S-A-\d as rsv_\d+\n.* got S-A-\d as rsv_\d+/);
    } finally {
      shop.close();
    }
  });

  it('says what it needs, and exits with 2', async () => {
    const nobody = 'http://127.0.0.1:9';
    const shop = await generousShop();
    const { port } = shop.address() as AddressInfo;
    const { code, stderr } = await tacos(['verify', `http://127.0.0.1:${port}`], settingsFor(directory));
    shop.close();
    assert.deepEqual([code, /There is no event to compete for/.test(stderr)], [2, true], stderr);
    for (const options of [{ users: '0' }, { duration: '5', requests: '5' }, { duration: '0' }, { grpc: 'http://127.0.0.1:8011' }, { grpcInventory: '127.0.0.1:8021' }]) {
      await assert.rejects(verify(nobody, { event: 'x', ...options }), WrongUsage, JSON.stringify(options));
    }
    await assert.rejects(verify('nowhere', {}), WrongUsage);
  });

  it('exits with 1 where nobody answers', async () => {
    const unnamed = await tacos(['verify', 'http://127.0.0.1:9'], settingsFor(directory));
    assert.deepEqual([unnamed.code, /Nobody answers at/.test(unnamed.stderr)], [1, true], unnamed.stderr);
    const { code, stderr } = await tacos(['verify', 'http://127.0.0.1:9', '--event', 'x'], settingsFor(directory));
    assert.equal(code, 1);
    assert.match(stderr, /[Nn]obody answers/);
  });
});
