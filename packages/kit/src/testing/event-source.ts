import { request, type IncomingMessage } from 'node:http';

/** One event as a client reads it. Comments are events called `:`. */
export interface ReceivedEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A client of server-sent events, without the reconnecting. */
export interface TestEventSource {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The next event; undefined at the end. Rejects when none comes within 40 s. */
  next(): Promise<ReceivedEvent | undefined>;
  /** The next one that is called so; what comes before it is passed over. */
  nextNamed(event: string): Promise<ReceivedEvent | undefined>;
  /** Whatever came and was no event: the answer's body of a refusal. */
  rest(): Promise<string>;
  /** Stops taking anything off the socket, as a client does that is too slow. */
  stall(): void;
  /** Takes it up again. */
  resume(): void;
  close(): void;
}

const PATIENCE_MS = 40_000;

/** Nothing came within 40 s. */
class NothingCame extends Error {
  override readonly name = 'NothingCame';
}

/** Opens a stream, or gets a refusal: `status` tells. */
export async function openEvents(url: string, headers: Readonly<Record<string, string>> = {}): Promise<TestEventSource> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = request(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false }, resolve).on('error', reject);
  sent.end();
  const res = await promise;
  res.setEncoding('utf8');
  const arrived = arrivals(res);
  const next = async (): Promise<ReceivedEvent | undefined> => {
    for (;;) {
      const text = await arrived.nextBlock();
      const event = text === undefined ? undefined : parse(text);
      if (text === undefined || event !== undefined) return event;
    }
  };
  return {
    status: res.statusCode ?? 0,
    headers: res.headers,
    next,
    nextNamed: async (name) => {
      for (;;) {
        const event = await next();
        if (event === undefined || event.event === name) return event;
      }
    },
    rest: () => arrived.rest(),
    stall: () => void res.pause(),
    resume: () => void res.resume(),
    close: () => sent.destroy(),
  };
}

/** Blocks of a stream, which blank lines end. */
function arrivals(res: IncomingMessage) {
  let text = '';
  let isOver = false;
  let wake = (): void => undefined;
  res.on('data', (chunk: string) => {
    text += chunk;
    wake();
  });
  for (const end of ['end', 'close', 'error']) {
    res.on(end, () => {
      isOver = true;
      wake();
    });
  }
  const news = (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new NothingCame(text)), PATIENCE_MS);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  };
  return {
    nextBlock: async (): Promise<string | undefined> => {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end >= 0) {
          const block = text.slice(0, end);
          text = text.slice(end + 2);
          return block;
        }
        if (isOver) return undefined;
        await news();
      }
    },
    rest: async (): Promise<string> => {
      while (!isOver) await news();
      return text;
    },
  };
}

/** Undefined for a block that says nothing but how soon to come again. */
function parse(block: string): ReceivedEvent | undefined {
  const field = (name: string): string | undefined =>
    block.split('\n').find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trimStart();
  if (block.startsWith(':')) return { id: undefined, event: ':', data: {} };
  const data = field('data');
  if (data === undefined) return undefined;
  return { id: field('id'), event: field('event') ?? 'message', data: JSON.parse(data) as ReceivedEvent['data'] };
}
