import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withCredentials, type Credentials } from '../credentials.ts';
import { findGenerator } from '../load/hold-load.ts';
import { effectivePerSecond } from '../load/load-result.ts';
import { sendToQueue } from '../load/queue-load.ts';
import { discard, startPlatform, type PlatformProcess } from '../platform-process.ts';
import { median, rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const EVENT = 'evt_bench_queue';
const CONNECTIONS = 128;
const ROUNDS = 5;
const TOKENS = 10_000;
const TOKENS_AT_ONCE = 200;

/** The crowd before an on-sale: durable joins, and how places stand while a million people wait. */
export const queue: Scenario = {
  name: 'queue',
  summary: 'joins a second over POST /api/v1/queue/join, each durable, and status a second with 1,000,000 waiting, closed loop',
  bars: [
    { figure: 'joins_per_second', atLeast: 25_000 },
    { figure: 'status_per_second', atLeast: 40_000 },
    { figure: 'bytes_per_waiter', atMost: 600 },
  ],
  run: (options) => withCredentials(options.quick ? 1 : 10, (credentials) => measure(credentials, options)),
};

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  const platform = await startPlatform(credentials, {});
  try {
    await putEvent(platform, credentials);
    const filled = await fill(platform, quick ? 20_000 : 1_000_000, quick ? 1 : 5, log);
    const tokensFile = join(platform.dataDir, 'waiting-tokens.txt');
    await writeFile(tokensFile, `${(await sampleTokens(platform, quick ? 200 : TOKENS)).join('\n')}\n`);
    const generator = await findGenerator();
    const rounds: { readonly perSecond: number; readonly p99Ms: number; readonly refused: number }[] = [];
    for (let round = 1; round <= (quick ? 1 : ROUNDS); round++) {
      const asked = await sendToQueue(generator, { baseUrl: platform.gatewayUrl, connections: CONNECTIONS, seconds: quick ? 1 : 5, asks: { kind: 'status', tokensFile } });
      rounds.push({ perSecond: effectivePerSecond(asked), p99Ms: asked.p99Ms, refused: asked.refused + asked.failed });
      log(`round ${round}: ${rounded(effectivePerSecond(asked))} status/s, p99 ${asked.p99Ms} ms, ${asked.refused} refused`);
    }
    return {
      ...filled,
      status_per_second: rounded(median(rounds.map(({ perSecond }) => perSecond))),
      status_p99_ms: rounded(median(rounds.map(({ p99Ms }) => p99Ms)), 2),
      refused: rounds.reduce((sum, { refused }) => sum + refused, 0),
      generator,
    };
  } finally {
    await discard(platform);
  }
}

/** Joins until as many people wait. The first step warms up, and memory counts from its end. */
async function fill(platform: PlatformProcess, target: number, seconds: number, log: RunOptions['log']): Promise<Figures> {
  const generator = await findGenerator();
  const speeds: number[] = [];
  const first = { waiting: 0, bytes: 0 };
  let waiting = 0;
  for (let step = 0; waiting < target || speeds.length === 0; step++) {
    const joined = await sendToQueue(generator, { baseUrl: platform.gatewayUrl, connections: CONNECTIONS, seconds: step === 0 ? 1 : seconds, asks: { kind: 'join', eventId: EVENT } });
    waiting += joined.requests - joined.refused;
    log(`${waiting} waiting: ${rounded(effectivePerSecond(joined))} joins/s, p99 ${joined.p99Ms} ms, ${joined.refused} refused, ${rounded(platform.residentBytes() / 2 ** 20)} MiB`);
    if (step === 0) Object.assign(first, { waiting, bytes: platform.residentBytes() });
    else speeds.push(effectivePerSecond(joined));
  }
  return {
    joins_per_second: rounded(median(speeds)),
    waiting,
    bytes_per_waiter: rounded((platform.residentBytes() - first.bytes) / (waiting - first.waiting)),
  };
}

/** An event whose sale begins much later: nobody is let in meanwhile, and everybody who joins waits. */
async function putEvent({ inventoryUrl }: PlatformProcess, { organizerToken }: Credentials): Promise<void> {
  const event = {
    id: EVENT, name: 'Bench', currency: 'KRW', waiting_room: 'on', sale_starts_at: '2999-01-01T00:00:00Z',
    sections: [{ id: 'S', name: 'S', price: 1000, rows: [{ id: '1', seats: '1-10000' }] }],
  };
  const response = await fetch(`${inventoryUrl}/v1/events/${EVENT}`, {
    method: 'PUT', headers: { 'content-type': 'application/json', authorization: `Bearer ${organizerToken}` }, body: JSON.stringify(event),
  });
  if (response.status !== 201) throw new QueueRefused(`${response.status} ${await response.text()}`);
}

/** Waiting tokens of people at the end of the line, where a position costs most. */
async function sampleTokens({ gatewayUrl }: PlatformProcess, howMany: number): Promise<readonly string[]> {
  const tokens: string[] = [];
  while (tokens.length < howMany) {
    const from = tokens.length;
    const joined = await Promise.all(
      Array.from({ length: TOKENS_AT_ONCE }, async (_, index) => {
        const response = await fetch(`${gatewayUrl}/api/v1/queue/join`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.200.${(from + index) % 250}.${((from + index) % 199) + 1}` },
          body: JSON.stringify({ event_id: EVENT }),
        });
        const { waiting_token: token } = (await response.json()) as { readonly waiting_token?: string };
        if (token === undefined) throw new QueueRefused(`no place: ${response.status}`);
        return token;
      }),
    );
    tokens.push(...joined);
  }
  return tokens;
}

class QueueRefused extends Error {
  override readonly name = 'QueueRefused';
}
