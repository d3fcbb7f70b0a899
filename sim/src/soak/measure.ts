import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SoakWorld } from './soak-world.ts';

/** What memory and disk hold at one instant. */
export interface Sample {
  /** Of the platform's time, since the begin. */
  readonly atMs: number;
  readonly buyers: number;
  /** After everything that nobody holds has been collected. */
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly journalBytes: number;
  /** By the table's name. */
  readonly rows: ReadonlyMap<string, number>;
}

/** Collects everything that can be: without it a heap says nothing. */
export function createCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    // What the first run finds dead may have held what the second one finds.
    for (let i = 0; i < 3; i++) collect();
  };
}

export async function measure({ tables, journalDir }: SoakWorld, collect: () => void, atMs: number, buyers: number): Promise<Sample> {
  const rows = new Map<string, number>();
  for (const table of tables.all) {
    let count = 0;
    for (let cursor = 0; cursor >= 0; ) cursor = table.scan(cursor, 10_000, () => void count++);
    rows.set(table.name, count);
  }
  const files = await readdir(journalDir);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(journalDir, file))).size));
  collect();
  const { heapUsed, rss, arrayBuffers } = process.memoryUsage();
  return { atMs, buyers, heapBytes: heapUsed + arrayBuffers, rssBytes: rss, journalBytes: sizes.reduce((sum, size) => sum + size, 0), rows };
}
