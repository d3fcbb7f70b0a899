import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';

export type ResponseStream = ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;

/**
 * Sends messages as fast as the client takes them: the next one is asked for when there is room. Ends early, and ends the iteration, when
 * the client has gone.
 */
export async function pump(messages: AsyncIterable<unknown>, stream: ResponseStream, encode: (message: unknown) => Buffer): Promise<void> {
  for await (const message of messages) {
    if (stream.cancelled) return;
    if (!stream.write(encode(message))) await roomIn(stream);
  }
}

/** Resolves when the stream takes more, or never will. */
function roomIn(stream: ResponseStream): Promise<void> {
  if (stream.cancelled || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}

/**
 * The requests of a stream, decoded one by one, until the client has said all, has gone, or the signal aborts. Leaving the loop early leaves
 * the stream open, so that its end can still be said.
 */
export async function* requestsOf(
  stream: ServerDuplexStream<Buffer, Buffer>,
  decode: (bytes: Buffer) => unknown,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  while (!signal.aborted) {
    const bytes: unknown = stream.read();
    if (Buffer.isBuffer(bytes)) yield decode(bytes);
    else if (stream.readableEnded || stream.destroyed) return;
    else await newsOf(stream, signal);
  }
}

/** Resolves when there may be something to read, or when there never will be. */
function newsOf(stream: ServerDuplexStream<Buffer, Buffer>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['readable', 'end', 'close']) stream.off(event, done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    for (const event of ['readable', 'end', 'close']) stream.on(event, done);
    signal.addEventListener('abort', done);
  });
}
