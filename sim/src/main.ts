/**
 * `npm run sim`: plays the whole platform from its use cases down, seed after seed, and checks every guarantee at every step. Exits 0 when
 * all held, 1 when one was broken, 2 for wrong usage.
 */
import { readArguments, USAGE } from './run/arguments.ts';
import { describe } from './run/report.ts';
import { simulate } from './run/simulate.ts';

const TELL_EVERY_SECONDS = 5;

async function main(words: readonly string[]): Promise<number> {
  const read = readArguments(words);
  if (read === undefined || read === 'help') {
    process.stderr.write(USAGE);
    return read === 'help' ? 0 : 2;
  }
  const { seeds, first, steps, kept } = read;
  // The code is loaded once, however many steps are played.
  const loaded = coreSeconds();
  let told = loaded;
  let done = 0;
  const simulation = await simulate({
    seeds: counting(first, seeds),
    steps,
    kept,
    onRun: () => {
      done++;
      if (coreSeconds() - told < TELL_EVERY_SECONDS) return;
      told = coreSeconds();
      process.stderr.write(`${done} of ${seeds} seeds\n`);
    },
  });
  process.stdout.write(describe(simulation, steps, coreSeconds() - loaded));
  return simulation.failed === undefined ? 0 : 1;
}

/** Of this process: on a busy machine the clock on the wall says little. */
function coreSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function* counting(first: number, count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield first + i;
}

process.exitCode = await main(process.argv.slice(2));
