import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import { test } from 'node:test';
import { grpcService, type GrpcCall } from '../src/index.ts';
import { withGrpcServer } from '../src/testing.ts';
import { SHOP_AUTHZ, SHOP_METHODS, type Answer, type Ask } from './grpc/shop.ts';

const DAY_MS = 24 * 3_600_000;

/** The status of a call with this `grpc-timeout`, which no client of the library would send. */
async function statusWith(session: ClientHttp2Session, timeout: string): Promise<string> {
  const stream = session.request({ ':method': 'POST', ':path': SHOP_METHODS.look.path, 'content-type': 'application/grpc', te: 'trailers', 'grpc-timeout': timeout });
  const ends = Promise.race([once(stream, 'trailers'), once(stream, 'response')]);
  const trailers = once(stream, 'trailers');
  stream.resume();
  stream.end(Buffer.alloc(5));
  const [first] = (await ends) as [Readonly<Record<string, string>>];
  const [last] = first['grpc-status'] === undefined ? ((await trailers) as [Readonly<Record<string, string>>]) : [first];
  return last['grpc-status'] ?? '';
}

test('S20: a grpc-timeout that is none is INVALID_ARGUMENT and decides nothing; one of years is as long as can be', async () => {
  const deadlines: number[] = [];
  const look = (_request: Ask, { deadlineMs }: GrpcCall): Answer => {
    deadlines.push(deadlineMs - Date.now());
    return { text: '' };
  };
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { look } });
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, async ({ address, logLines }) => {
    const session = connect(`http://${address}`);
    for (const bad of ['', 'x', '1', 'S', '-1S', '1.5S', '100000000S', '1s', '1S,1S']) assert.equal(await statusWith(session, bad), '3', bad);
    assert.deepEqual(deadlines, []);
    for (const good of ['99999999H', '5000000S', '2147483S', '10S', '99999999u']) assert.equal(await statusWith(session, good), '0', good);
    const days = deadlines.map((ms) => Math.round(ms / DAY_MS));
    assert.deepEqual(days, [25, 25, 25, 0, 0]);
    assert.deepEqual(logLines.filter(({ level }) => level !== 'debug'), []);
    session.close();
  });
});
