import { parseArgs } from 'node:util';
import { readKept } from './case.ts';
import { describeReport } from './describe.ts';
import { fuzz, type FuzzReport } from './fuzz.ts';

const USAGE = `npm run fuzz -- [--cases N] [--seed S] [--from K] [--only rest|grpc]      --from: the number of the first case
npm run fuzz -- --seed S --case N [--keep STEPS]     runs one case alone, as a failure has printed it
`;

const DEFAULT_CASES = 100_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: String(DEFAULT_CASES) },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      from: { type: 'string', default: '0' },
      only: { type: 'string', default: 'both' },
      case: { type: 'string' },
      keep: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only === 'grpc' ? 'rpc' : values.only;
  const [cases, seed] = [Number(values.cases), Number(values.seed)];
  if (values.help || !(cases >= 1) || !Number.isSafeInteger(seed) || (only !== 'both' && only !== 'rest' && only !== 'rpc')) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  const one = values.case === undefined ? {} : { cases: 1, from: Number(values.case), ...(values.keep === undefined ? {} : { kept: readKept(values.keep) }) };
  const report = await fuzz({ cases, seed, only, from: Number(values.from), onRound: tell, ...one });
  process.stdout.write(describeReport(report, only));
  return report.found === undefined ? 0 : 1;
}

const tell = ({ cases, seconds, rssMegabytes }: FuzzReport): void =>
  void process.stderr.write(`${cases} cases, ${Math.round(cases / seconds)}/s, ${rssMegabytes} MB\n`);

process.exitCode = await main();
