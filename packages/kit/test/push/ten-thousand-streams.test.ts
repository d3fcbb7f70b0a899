import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** As many as one process is to hold; more or fewer by the environment, for whoever measures. */
const STREAMS = Number(process.env['PUSH_STREAMS'] ?? 10_000);
/** Connections that are opened at one time. */
const AT_ONCE = 200;
/** Both ends of a connection, the response, the stream: several times what is measured, so that only a leak is over it. */
const MOST_BYTES_EACH = 64 * 1024;

const CHILD = fileURLToPath(new URL('streaming-child.ts', import.meta.url));
const REQUEST = 'GET /news HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n';

test('ten thousand open streams on one process: all are told, all are told of the end, and each takes a bounded piece of memory', async (context) => {
  const child = fork(CHILD, { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const { port } = await nextMessage(child);
    const before = await ask(child, 'memory');
    const readers = await openAll(Number(port));
    const bytesEach = Math.round((Number(await ask(child, 'memory')) - Number(before)) / STREAMS);
    const startedMs = performance.now();
    const told = ask(child, 'tell');
    await Promise.all(readers.map((reader) => reader.saw('event: news')));
    const tellMs = Math.round(performance.now() - startedMs);
    assert.equal(await told, STREAMS);
    report(context, { streams: STREAMS, bytes_each: bytesEach, last_told_ms: tellMs });
    assert.ok(bytesEach < MOST_BYTES_EACH, `${bytesEach} bytes each`);
    const closed = ask(child, 'close');
    await Promise.all(readers.map((reader) => reader.saw('"reason":"draining"')));
    assert.equal(await closed, 'drained');
    if (child.exitCode === null) await once(child, 'exit');
  } finally {
    child.kill('SIGKILL');
  }
});

const report = (context: TestContext, figures: Readonly<Record<string, number>>): void => context.diagnostic(JSON.stringify(figures));

/** A connection that a stream flows in, and what of it was seen. */
interface Reader {
  saw(text: string): Promise<void>;
}

async function openAll(port: number): Promise<readonly Reader[]> {
  const readers: Reader[] = [];
  while (readers.length < STREAMS) {
    const batch = Array.from({ length: Math.min(AT_ONCE, STREAMS - readers.length) }, () => openOne(port));
    readers.push(...(await Promise.all(batch)));
  }
  return readers;
}

async function openOne(port: number): Promise<Reader> {
  const socket = connect(port, '127.0.0.1');
  const reader = readerOf(socket);
  socket.write(REQUEST);
  await reader.saw('retry: ');
  return reader;
}

function readerOf(socket: Socket): Reader {
  let text = '';
  let wanted = '';
  let resolve = (): void => undefined;
  let reject: (cause: unknown) => void = () => undefined;
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    text += String(chunk);
    if (wanted !== '' && text.includes(wanted)) resolve();
  });
  socket.on('error', (cause) => reject(cause));
  socket.on('close', () => reject(new Error(`the stream was cut off after ${text.slice(-100)}`)));
  return {
    saw: (sought) => {
      if (text.includes(sought)) return Promise.resolve();
      wanted = sought;
      return new Promise((done, failed) => {
        resolve = done;
        reject = failed;
      });
    },
  };
}

type Message = Readonly<Record<string, unknown>>;

async function nextMessage(child: ChildProcess): Promise<Message> {
  const [message]: Message[] = await once(child, 'message');
  return message ?? {};
}

async function ask(child: ChildProcess, question: string): Promise<unknown> {
  const answered = nextMessage(child);
  child.send(question);
  return (await answered)[question];
}
