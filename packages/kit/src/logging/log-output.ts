import { pino, type DestinationStream } from 'pino';
import type { KeptLines } from './kept-lines.ts';

/** Where lines go. */
export interface LogOutput {
  readonly stream: DestinationStream;
  /** Resolves when all lines so far have been handed to the system, or cannot be. */
  flush(): Promise<void>;
  /** Opens the file anew, by its name; nothing for what is no file of its own. */
  reopen(): void;
}

/** Lines that could not be written yet; beyond it they are dropped. */
const UNWRITTEN_BYTES = 16 * 1024 * 1024;

/** The same output, whose lines are kept in memory too. */
export function keptBeside(output: LogOutput, kept: KeptLines | undefined): LogOutput {
  if (kept === undefined) return output;
  const { stream } = output;
  const write = stream.write.bind(stream);
  stream.write = (line: string) => {
    kept.write(line);
    return write(line);
  };
  return output;
}

/** Something with `write`, which is taken to have written when it returns. */
export const givenOutput = (stream: DestinationStream): LogOutput => ({ stream, flush: () => Promise.resolve(), reopen: () => undefined });

/**
 * A log on a full disk loses lines; it must neither end nor hang what it tells of. The library would do both: an error without a listener ends the
 * process, and at its end `flushSync` tries for ever what failed before. Its `flush` answers before anything is written.
 */
export function openOutput(dest: string | 1 | 2): LogOutput {
  const stream = pino.destination({ dest, mode: 0o600, sync: false, mkdir: true, maxLength: UNWRITTEN_BYTES });
  const flushSync = stream.flushSync.bind(stream);
  const write = stream.write.bind(stream);
  let waiting: (() => void)[] = [];
  let isWritten = true;
  let isBroken = false;
  const settle = (): void => {
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  };
  stream.on('error', () => {
    isBroken = true;
    settle();
  });
  stream.on('drain', () => {
    isBroken = false;
    isWritten = true;
    settle();
  });
  stream.write = (line) => {
    isWritten = false;
    return write(line);
  };
  stream.flushSync = () => {
    if (!isBroken) flushSync();
  };
  return {
    stream,
    flush: () => (isWritten || isBroken ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    reopen: () => {
      if (typeof dest === 'string') stream.reopen();
    },
  };
}
