import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SHOP_METHODS } from './grpc/shop.ts';

const CHILD = fileURLToPath(new URL('grpc/garbage-child.ts', import.meta.url));
/** A small young generation, so that it is collected often; no collection of everything but the one that is asked for; nothing allocated as old. */
const FLAGS = ['--expose-gc', '--min-semi-space-size=4', '--max-semi-space-size=4', '--initial-heap-size=1024', '--no-allocation-site-pretenuring'];
const WARM_UP = 2_000;
/** After the collection of everything, until whatever it has brought about goes on evenly. */
const SETTLE = 5_000;
const CALLS = 10_000;
const AT_ONCE = 8;
/** What one call may leave behind among the old. It allocates some 11,000 bytes; of those 3,450 grow old without the renewal of streams, and 1,000 with it. */
const MOST_BYTES_A_CALL = 2_000;

test('what a gRPC call leaves behind is collected while it is young, also after a collection of everything', async () => {
  const bytes = await bytesLeftByACall('ours');
  assert.ok(bytes < MOST_BYTES_A_CALL, `${bytes} bytes a call have grown old`);
});

test('the runtime still keeps the streams of a connection so that calls which are over grow old: renew-streams.ts is still needed', async () => {
  const bytes = await bytesLeftByACall('plain');
  assert.ok(bytes > MOST_BYTES_A_CALL, `${bytes} bytes a call have grown old, as few as with the renewal of streams, which can go`);
});

async function bytesLeftByACall(kind: 'ours' | 'plain'): Promise<number> {
  const child = fork(CHILD, [kind], { execArgv: FLAGS, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const [port] = (await once(child, 'message')) as [number];
    const session = connect(`http://127.0.0.1:${port}`);
    await callAll(session, WARM_UP);
    // Everything is collected while calls are under way.
    await Promise.all([ask(child, 'collect'), callAll(session, SETTLE)]);
    const before = await ask(child, 'old');
    await callAll(session, CALLS);
    const after = await ask(child, 'old');
    session.close();
    return Math.round((after - before) / CALLS);
  } finally {
    child.kill('SIGKILL');
  }
}

async function ask(child: ChildProcess, what: 'collect' | 'old'): Promise<number> {
  child.send(what);
  const [bytes] = (await once(child, 'message')) as [number];
  return bytes;
}

async function callAll(session: ClientHttp2Session, calls: number): Promise<void> {
  let left = calls;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await callOnce(session);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function callOnce(session: ClientHttp2Session): Promise<void> {
  const stream = session.request({ ':method': 'POST', ':path': SHOP_METHODS.look.path, 'content-type': 'application/grpc', te: 'trailers' });
  const ended = once(stream, 'end');
  const trailers = once(stream, 'trailers');
  stream.resume();
  stream.end(Buffer.alloc(5));
  const [fields] = (await trailers) as [Readonly<Record<string, string>>];
  await ended;
  assert.equal(fields['grpc-status'], '0');
}
