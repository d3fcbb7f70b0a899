import { crc32 } from 'node:zlib';

/** How bytes are checked. There is one way; tests plant a broken one to see the suites notice. */
export interface Integrity {
  /** A 32-bit sum of the bytes, continued from `start`. */
  sum(bytes: Uint8Array, start: number): number;
  /** Whether a stored sum is the computed one. */
  agrees(stored: number, computed: number): boolean;
}

/** CRC-32: every flipped bit and every burst of up to 32 bits is noticed, at several GB a second. */
export const CRC_32: Integrity = {
  sum: (bytes, start) => crc32(bytes, start),
  agrees: (stored, computed) => stored === computed,
};
