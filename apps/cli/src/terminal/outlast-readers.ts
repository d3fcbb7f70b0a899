import type { Writable } from 'node:stream';

/**
 * Whoever reads what a command writes may stop reading, as `head` does. The command goes on to its end all the same, so that it cleans up behind
 * itself and ends with its own exit code; what nobody reads is dropped.
 */
export function outlastReaders({ stdout, stderr }: Readonly<Record<'stdout' | 'stderr', Writable>>): void {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
