/**
 * `npm run crash`: kills a platform in the middle of a sale, again and again, and checks after each restart all that anybody was told. Exits 0
 * when all held, 1 when a guarantee was broken (the directory is kept), 2 for wrong usage.
 */
import { parseArgs } from 'node:util';
import { createSystemClock } from '@traffic-tacos/kit';
import { BUYERS, CrashFound, crashRounds, type CrashReport } from './crash-rounds.ts';

const USAGE = `npm run crash -- [--rounds N] [--seed S]

  --rounds N  crashes (5)
  --seed S    what buyers do, and when the process is killed, is drawn from it (the day's)
`;
const DAY_MS = 86_400_000;

async function main(words: readonly string[]): Promise<number> {
  const read = readWords(words);
  if (read === undefined || read === 'help') {
    process.stderr.write(USAGE);
    return read === 'help' ? 0 : 2;
  }
  try {
    process.stderr.write(`${BUYERS} buyers, ${read.rounds} crashes, seed ${read.seed}\n`);
    const report = await crashRounds({ ...read, onRound: (round, sofar) => process.stderr.write(`round ${round}: ${sofar.holds} holds, ${sofar.confirmed} orders so far\n`) });
    process.stdout.write(describe(report));
    return 0;
  } catch (error) {
    if (!(error instanceof CrashFound)) throw error;
    process.stdout.write(`✖ ${error.message}\n`);
    return 1;
  }
}

function readWords(words: readonly string[]): { readonly rounds: number; readonly seed: number } | 'help' | undefined {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { rounds: { type: 'string', default: '5' }, seed: { type: 'string', default: String(Math.floor(createSystemClock().wallMs() / DAY_MS)) }, help: { type: 'boolean', default: false } },
    });
    if (values.help) return 'help';
    const [rounds, seed] = [values.rounds, values.seed].map((text) => (/^\d{1,9}$/.test(text) ? Number(text) : -1));
    return rounds === undefined || seed === undefined || rounds < 1 || seed < 0 ? undefined : { rounds, seed };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const describe = (report: CrashReport): string =>
  [
    `${report.rounds} crashes while it sold, ${report.killedStarts} more while it started again`,
    `acknowledged: ${report.holds} holds, of them ${report.cancelled} cancelled and ${report.confirmed} confirmed; ${report.payments} payments; ${report.places} places in line; ${report.unanswered} requests without an answer`,
    `slowest start: ready after ${report.slowestStartMs} ms of work`,
    '✔ all that was acknowledged was there, nothing was there by half, and the audit was green each time',
    '',
  ].join('\n');

process.exitCode = await main(process.argv.slice(2));
