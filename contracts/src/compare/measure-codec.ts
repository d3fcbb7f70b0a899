/**
 * `node measure-codec.ts CANDIDATE FOLDER`: measures one generator's code and prints nanoseconds as JSON. A process of its own, because
 * code that has met two generators is compiled for both and is slower for each.
 */
import { SAMPLE_MESSAGES } from './sample-messages.ts';
import { CANDIDATES } from './candidates.ts';

/** Nanoseconds a call, and the size of the message on the wire. */
export interface Timing {
  readonly bytes: number;
  readonly encodeNs: number;
  readonly decodeNs: number;
}

const ROUNDS = 60;
const ROUND_BYTES = 1_500_000;
const NS_PER_MS = 1e6;

/** The fastest of many short rounds: whatever else the machine does can only add. */
function fastestNs(call: () => unknown, calls: number): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    for (let n = 0; n < calls; n++) call();
    fastest = Math.min(fastest, ((performance.now() - from) * NS_PER_MS) / calls);
  }
  return fastest;
}

async function measure(name: string, folder: string): Promise<Readonly<Record<string, Timing>>> {
  const candidate = CANDIDATES[name];
  if (candidate === undefined) throw new TypeError(`no candidate is called ${name}`);
  const timings: Record<string, Timing> = {};
  for (const [message, sample] of Object.entries(SAMPLE_MESSAGES)) {
    const { prepare, encode, decode } = await candidate.load(folder, message);
    const value = prepare(sample);
    const bytes = Buffer.from(encode(value));
    const calls = Math.ceil(ROUND_BYTES / (bytes.length + 100));
    timings[message] = {
      bytes: bytes.length,
      encodeNs: fastestNs(() => encode(value), calls),
      decodeNs: fastestNs(() => decode(bytes), calls),
    };
  }
  return timings;
}

const [name = '', folder = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await measure(name, folder)));
