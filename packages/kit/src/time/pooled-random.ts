import { randomFillSync } from 'node:crypto';
import type { Random } from '@traffic-tacos/kernel';

const DEFAULT_WORDS = 2048;

/**
 * Unguessable numbers for ids, trace ids and tokens. The system's generator is asked for 8 KiB at a time, because one call costs about
 * as much as a hundred numbers do. A number is handed out once, then overwritten, so that a later memory dump does not tell it.
 */
export function createPooledRandom(poolWords = DEFAULT_WORDS): Random {
  const pool = new Uint32Array(poolWords);
  let next = pool.length;
  return {
    u32(): number {
      if (next === pool.length) {
        randomFillSync(pool);
        next = 0;
      }
      const word = pool[next] ?? 0;
      pool[next++] = 0;
      return word;
    },
  };
}
