/**
 * `npm run soak`: an hour of the platform's time, or more, as fast as this machine can; looks whether memory stays flat. Exits 0 when it does,
 * 1 when something has grown or went wrong, 2 for wrong usage.
 */
import { parseArgs } from 'node:util';
import type { Sample } from './measure.ts';
import { soak } from './soak.ts';

const USAGE = `npm run soak -- [--hours H] [--per-second N] [--seed S]

  --hours H       of the platform's time (1)
  --per-second N  buyers that come in each of its seconds (10)
  --seed S        what they do is drawn from it (1)
`;

/** The default of the platform is ten minutes; with less, an hour has more in which nothing may grow. */
const GRACE_MS = 300_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { hours: { type: 'string', default: '1' }, 'per-second': { type: 'string', default: '10' }, seed: { type: 'string', default: '1' }, help: { type: 'boolean', default: false } },
  });
  const [hours, buyersPerSecond, seed] = [Number(values.hours), Number(values['per-second']), Number(values.seed)];
  if (values.help || !(hours > 0) || !(buyersPerSecond > 0) || !Number.isSafeInteger(seed)) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  const { samples, ends, moved, problems } = await soak({ minutes: hours * 60, buyersPerSecond, seed, graceMs: GRACE_MS, onSample: (sample) => void process.stderr.write(`${lineOf(sample)}\n`) });
  const { user, system } = process.cpuUsage();
  const seconds = Math.round((user + system) / 1e6);
  const last = samples.at(-1);
  const lines = [
    `${hours} h of the platform's time in ${seconds} s of one core: ${last?.buyers ?? 0} buyers, ${moved} rows went to the history; seed ${seed}`,
    `buyers   ${[...ends].sort(([, a], [, b]) => b - a).map(([end, count]) => `${end} ${count}`).join(', ')}`,
    `rows     ${[...(last?.rows ?? [])].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`).join(', ')}`,
    ...(problems.length === 0 ? ['memory is flat'] : problems.map((problem) => `✖ ${problem}`)),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return problems.length === 0 ? 0 : 1;
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

function lineOf({ atMs, buyers, heapBytes, rssBytes, journalBytes, rows }: Sample): string {
  const all = [...rows.values()].reduce((sum, count) => sum + count, 0);
  return `${String(Math.round(atMs / 60_000)).padStart(4)} min  ${buyers} buyers  heap ${mib(heapBytes)} MiB  resident ${mib(rssBytes)} MiB  journal ${mib(journalBytes)} MiB  ${all} rows`;
}

process.exitCode = await main();
