import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { readKept } from './case.ts';
import { describeReport, describeRun } from './describe.ts';
import { fuzzInProcesses } from './fuzz-in-processes.ts';
import { fuzz, type Figures } from './fuzz.ts';

const USAGE = `npm run fuzz -- [--cases N] [--seed S] [--from K] [--only rest|socket|grpc] [--processes P]
npm run fuzz -- --seed S --case N [--keep STEPS]     runs one case alone, as a failure has printed it

  --cases N      so many (100000)
  --seed S       what cases are drawn from; another one each time unless given
  --from K       the number of the first case (0)
  --only WHAT    rest, which is all of HTTP, sockets among it; socket, WebSockets alone; or grpc
  --processes P  platforms that are asked at once, each in a process of its own; as many as there are cores unless given
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
      processes: { type: 'string', default: String(availableParallelism()) },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only === 'grpc' ? 'rpc' : values.only;
  const [cases, seed, from, processes] = [Number(values.cases), Number(values.seed), Number(values.from), Number(values.processes)];
  const isUsage = cases >= 1 && processes >= 1 && from >= 0 && Number.isSafeInteger(seed) && (only === 'both' || only === 'rest' || only === 'socket' || only === 'rpc');
  if (values.help || !isUsage) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  if (values.case !== undefined) {
    const kept = values.keep === undefined ? {} : { kept: readKept(values.keep) };
    const report = await fuzz({ cases: 1, from: Number(values.case), seed, only, ...kept });
    process.stdout.write(describeReport(report, only));
    return report.found === undefined ? 0 : 1;
  }
  process.stderr.write(`seed ${seed}: cases ${from} to ${from + cases - 1}, ${processes} at once\n`);
  const { figures, found } = await fuzzInProcesses({ cases, seed, only, from, processes, onProgress: tell });
  process.stdout.write(describeRun(figures, found));
  return found === undefined ? 0 : 1;
}

const tell = ({ cases, seconds, rssMegabytes }: Figures): void =>
  void process.stderr.write(`${cases} cases, ${Math.round(cases / seconds)}/s, ${rssMegabytes} MB\n`);

process.exitCode = await main();
