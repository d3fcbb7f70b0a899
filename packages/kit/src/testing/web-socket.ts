import { WebSocket } from 'ws';

/** One frame of a server, as JSON. */
export type Frame = Readonly<Record<string, unknown>>;

/** A client on a WebSocket. */
export interface TestSocket {
  say(message: Readonly<Record<string, unknown>> | string): void;
  /** The next frame; rejects when none comes within 40 s, or the socket closes before. */
  next(): Promise<Frame>;
  /** The next frame of this type; others before it are passed over. */
  nextOf(type: string): Promise<Frame>;
  /** How the server has closed it. */
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
  /** Stops taking anything off the socket. */
  stall(): void;
  resume(): void;
  close(): void;
}

/** The upgrade was refused: the answer's status and body. */
export interface RefusedSocket {
  readonly status: number;
  readonly body: string;
}

const PATIENCE_MS = 40_000;

/** Nothing came within 40 s, or the socket has closed. */
class NoFrame extends Error {
  override readonly name = 'NoFrame';
}

/** Opens a WebSocket, or gets a refusal. */
export async function openSocket(url: string, headers: Readonly<Record<string, string>> = {}): Promise<TestSocket | RefusedSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
  const { promise, resolve, reject } = Promise.withResolvers<TestSocket | RefusedSocket>();
  socket.on('unexpected-response', (_request, res) => {
    let body = '';
    res.on('data', (chunk: Buffer) => (body += chunk.toString()));
    res.on('end', () => resolve({ status: res.statusCode ?? 0, body }));
  });
  const frames = framesOf(socket);
  socket.on('open', () => resolve(frames));
  socket.on('error', reject);
  return promise;
}

function framesOf(socket: WebSocket): TestSocket {
  const arrived: Frame[] = [];
  const closing = Promise.withResolvers<{ readonly code: number; readonly reason: string }>();
  let wake = (): void => undefined;
  let isClosed = false;
  socket.on('message', (data) => {
    arrived.push(JSON.parse(String(data)) as Frame);
    wake();
  });
  socket.on('close', (code, reason) => {
    isClosed = true;
    closing.resolve({ code, reason: reason.toString() });
    wake();
  });
  const next = async (): Promise<Frame> => {
    for (;;) {
      const frame = arrived.shift();
      if (frame !== undefined) return frame;
      if (isClosed) throw new NoFrame('the socket has closed');
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const timer = setTimeout(() => reject(new NoFrame('nothing came')), PATIENCE_MS);
      wake = resolve;
      await promise.finally(() => clearTimeout(timer));
    }
  };
  return {
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next,
    nextOf: async (type) => {
      for (;;) {
        const frame = await next();
        if (frame['type'] === type) return frame;
      }
    },
    closed: () => closing.promise,
    stall: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.terminate(),
  };
}
