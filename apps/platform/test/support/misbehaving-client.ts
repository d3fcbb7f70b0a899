import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * Connections that do what no client should, in a process of their own: `misbehaving-client.ts`, told by messages what to do to which port.
 * Each is left to the server to end.
 */
export interface Orders {
  readonly behaviour: keyof typeof BEHAVIOURS;
  readonly connections: number;
  readonly port: number;
  /** The value of `Authorization`. */
  readonly authorization: string;
}

/** What became of them. */
export interface Outcome {
  /** Connections that the server has taken. */
  readonly opened: number;
  /** Those that it has ended. */
  readonly ended: number;
  /** By the statuses of what each was answered, `none` without an answer: `200 400` is a 200 and then a 400. */
  readonly answers: Readonly<Record<string, number>>;
  /** How long the longest of them lasted. */
  readonly longestMs: number;
}

const DRIP_MS = 50;
const CHUNK = Buffer.from(`4000\r\n${'x'.repeat(0x4000)}\r\n`);
/** Bytes that a sender of too much goes on with before it gives up. */
const TOO_MUCH_BYTES = 4 * 1024 * 1024;
/** Connections that are opened at one time. */
const AT_ONCE = 500;
const GIVES_UP_AFTER_MS = 40_000;
/** Answers that no buffers of a system take in: some 8 MB. */
export const MUCH = 40;
const READS_AGAIN_AFTER_MS = 12_000;

const BEHAVIOURS = {
  'says nothing': () => undefined,
  'drips its header': (socket: Socket) => drip(socket, 'GET /health HTTP/1.1\r\nHost: x\r\nX-Long: '),
  'drips its body': (socket: Socket, authorization: string) =>
    drip(socket, `POST /v1/reservations HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"`),
  'sends too large a body': (socket: Socket, authorization: string) => {
    socket.write(`POST /v1/reservations HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n`);
    pour(socket, Buffer.alloc(0x4000, 'x'));
  },
  'sends chunks without end': (socket: Socket, authorization: string) => {
    socket.write(`POST /v1/reservations HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
    pour(socket, CHUNK);
  },
  'follows requests with garbage': (socket: Socket) => void socket.write(`${'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5)}\u0000\u0016garbage\r\n\r\n`),
  'closes its half in the middle': (socket: Socket) => void socket.end('POST /v1/reservations HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"a'),
  'closes its half after asking': (socket: Socket) => void socket.end('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'),
  'asks once and stays': (socket: Socket) => void socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'),
  'asks and never reads': (socket: Socket) => {
    socket.pause();
    pour(socket, Buffer.from('GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(400)));
  },
  'asks for much and never reads': (socket: Socket) => {
    socket.pause();
    socket.write('GET /v1/events/evt_big/seats HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(MUCH));
    // Only who reads again learns that the other side has closed.
    setTimeout(() => socket.resume(), READS_AGAIN_AFTER_MS);
  },
} as const satisfies Readonly<Record<string, (socket: Socket, authorization: string) => void>>;

function drip(socket: Socket, begin: string): void {
  socket.write(begin);
  const timer = setInterval(() => void socket.write('a'), DRIP_MS);
  socket.on('close', () => clearInterval(timer));
}

/** Sends as fast as it is taken. */
function pour(socket: Socket, bytes: Buffer): void {
  const more = (): void => {
    while (socket.writable && socket.bytesWritten < TOO_MUCH_BYTES) if (!socket.write(bytes)) return;
  };
  socket.on('drain', more);
  more();
}

interface Ended {
  readonly answer: string;
  readonly lastedMs: number;
}

async function misbehave({ behaviour, port, authorization }: Orders, onOpened: () => void): Promise<Ended> {
  const chunks: string[] = [];
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: behaviour.startsWith('closes its half') });
  socket.on('data', (chunk: Buffer) => chunks.push(chunk.toString('latin1')));
  // A reset is an end as well.
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  await Promise.race([new Promise<void>((resolve) => socket.on('connect', () => resolve())), closed]);
  const startedMs = performance.now();
  if (!socket.destroyed) onOpened();
  BEHAVIOURS[behaviour](socket, authorization);
  await closed;
  const statuses = [...chunks.join('').matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);
  return { answer: statuses.join(' ') || 'none', lastedMs: performance.now() - startedMs };
}

async function obey(orders: Orders): Promise<Outcome> {
  let [opened, opening, ended, longestMs] = [0, 0, 0, 0];
  const answers: Record<string, number> = {};
  const all = new Set<Promise<void>>();
  for (let i = 0; i < orders.connections; i++) {
    opening++;
    const { promise: isOpen, resolve } = Promise.withResolvers<void>();
    const one = misbehave(orders, () => {
      opened++;
      resolve();
    }).then(({ answer, lastedMs }) => {
      ended++;
      answers[answer] = (answers[answer] ?? 0) + 1;
      longestMs = Math.max(longestMs, lastedMs);
      resolve();
    });
    all.add(one);
    void isOpen.then(() => opening--);
    if (opening >= AT_ONCE) await isOpen;
  }
  process.send?.({ opened });
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, GIVES_UP_AFTER_MS);
  await Promise.race([Promise.all(all), timeout.promise]);
  clearTimeout(timer);
  return { opened, ended, answers, longestMs };
}

if (process.send !== undefined) {
  const [orders] = (await once(process, 'message')) as [Orders];
  process.send({ outcome: await obey(orders) });
  process.exit(0);
}
