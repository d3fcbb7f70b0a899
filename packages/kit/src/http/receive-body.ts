import type { IncomingMessage } from 'node:http';

/** What becomes of one body. Exactly one of the three is called, once, and none of them may throw. */
export interface BodySink<Owner> {
  arrived(owner: Owner, bytes: Buffer): void;
  /** More than the limit came, though the header had not said so. The rest is still on the wire. */
  tooLarge(owner: Owner): void;
  /** The sender went away. Nobody is left to answer. */
  aborted(owner: Owner): void;
}

/**
 * Takes a request's body. Nearly every body comes in the same packet as its header, so it is there as a whole once the parser has gone
 * through the packet, and is read without the stream's events; any other is collected. Waiting for nothing lasts just as long as
 * `process.nextTick`, and costs less.
 */
export async function receiveBody<Owner>(raw: IncomingMessage, limitBytes: number, owner: Owner, sink: BodySink<Owner>): Promise<void> {
  await undefined;
  const first: unknown = raw.read();
  if (Buffer.isBuffer(first) && first.length <= limitBytes && first.length === Number(raw.headers['content-length'])) {
    sink.arrived(owner, first);
    return;
  }
  collect(raw, Buffer.isBuffer(first) ? first : undefined, limitBytes, owner, sink);
}

function collect<Owner>(
  raw: IncomingMessage,
  first: Buffer | undefined,
  limitBytes: number,
  owner: Owner,
  sink: BodySink<Owner>,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;

  const leave = (): void => {
    raw.off('data', take);
    raw.off('end', finish);
    raw.off('close', abort);
  };
  const take = (chunk: Buffer): void => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= limitBytes) return;
    leave();
    raw.pause();
    sink.tooLarge(owner);
  };
  const finish = (): void => {
    leave();
    sink.arrived(owner, Buffer.concat(chunks, bytes));
  };
  const abort = (): void => {
    leave();
    sink.aborted(owner);
  };

  if (raw.destroyed && !raw.readableEnded) return abort();
  raw.on('data', take);
  raw.on('end', finish);
  raw.on('close', abort);
  if (first !== undefined) take(first);
}
