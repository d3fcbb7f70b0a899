import type { IdWords } from '@traffic-tacos/kernel';

/** An id as the history stores it: most significant byte first, so that SQLite's order of bytes is the order of ids. */
export function keyBytes({ w0, w1, w2, w3 }: IdWords): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeInt32BE(w0, 0);
  bytes.writeInt32BE(w1, 4);
  bytes.writeInt32BE(w2, 8);
  bytes.writeInt32BE(w3, 12);
  return bytes;
}
