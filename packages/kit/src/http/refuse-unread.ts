import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Ends a response whose request is still being sent. Closing at once would reset the connection, and the sender would lose the answer that
 * tells it why; reading on for ever would let it fill our time. So a bounded rest is taken in and dropped, then the connection closes.
 */
export function endAfterBody(raw: IncomingMessage, res: ServerResponse, limits: { readonly bytes: number; readonly ms: number }): void {
  let left = limits.bytes;
  const timer = setTimeout(() => end(), limits.ms);
  const end = (): void => {
    clearTimeout(timer);
    raw.off('data', take);
    raw.off('end', end);
    raw.off('close', end);
    res.end();
  };
  const take = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left < 0) end();
  };
  raw.on('data', take);
  raw.on('end', end);
  raw.on('close', end);
  raw.resume();
}
