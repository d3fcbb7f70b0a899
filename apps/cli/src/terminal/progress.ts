import { Presets, SingleBar } from 'cli-progress';
import { say } from './say.ts';

/** Shows how far a long piece of work has come. */
export interface Progress {
  /** `facts` is a short text behind the bar. */
  update(done: number, facts?: string): void;
  stop(): void;
}

/** So often a line is written where there is no terminal to draw a bar on. */
const LINE_EVERY_MS = 2_000;

/** A bar on a terminal, a line now and then elsewhere; both on standard error. */
export function createProgress(title: string, total: number): Progress {
  return process.stderr.isTTY ? drawnProgress(title, total) : writtenProgress(title, total);
}

function drawnProgress(title: string, total: number): Progress {
  const bar = new SingleBar(
    { format: `${title} {bar} {value}/{total} {facts}`, stream: process.stderr, hideCursor: true, barsize: 24, fps: 10, clearOnComplete: true },
    Presets.shades_classic,
  );
  // Whatever ends the process: a terminal without its cursor, in which lines are cut off, is nothing to leave behind.
  const giveBack = (): void => bar.stop();
  process.once('exit', giveBack);
  bar.start(total, 0, { facts: '' });
  return {
    update: (done, facts = '') => bar.update(done, { facts }),
    stop: () => {
      process.off('exit', giveBack);
      bar.stop();
    },
  };
}

function writtenProgress(title: string, total: number): Progress {
  let writtenAtMs = performance.now();
  return {
    update: (done, facts = '') => {
      if (performance.now() - writtenAtMs < LINE_EVERY_MS) return;
      writtenAtMs = performance.now();
      say(`${title} ${done}/${total} ${facts}`.trimEnd());
    },
    stop: () => undefined,
  };
}
