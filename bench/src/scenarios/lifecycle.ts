import { runNode } from '../child.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import type { LifecycleLoad, LifecycleResult } from '../load/lifecycle-generator.ts';
import { assertAuditGreen, discard, startPlatform, type PlatformProcess } from '../platform-process.ts';
import { median, rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const GENERATOR = new URL('../load/lifecycle-generator.ts', import.meta.url).pathname;
const EVENT = 'evt_bench_pool';
const CONNECTIONS = 64;
/** Room for all who come while the slowest are served. */
const OPEN_CONNECTIONS = 512;
const USERS = 10_000;
const SETTINGS = { HOLD_SECONDS: '600', PAYMENT_APPROVE_DELAY_MS: '0' } as const;
const WEBHOOKS_WITHIN_MS = 60_000;

/** A whole purchase over the gateway, whose provider takes no time of its own: what is measured is the platform. */
export const lifecycle: Scenario = {
  name: 'lifecycle',
  summary: 'hold, pay, webhook, confirm, tickets: orders a second in a closed loop of 64 buyers, and the time of a purchase at half of that, open loop',
  bars: [
    { figure: 'orders_per_second', atLeast: 3_000 },
    { figure: 'p95_ms', atMost: 120 },
  ],
  run: (options) => withCredentials(options.quick ? 50 : USERS, (credentials) => measure(credentials, options)),
};

interface Round {
  readonly closed: LifecycleResult;
  readonly open: LifecycleResult;
  /** Until every webhook of the closed loop had arrived, after its last answer. */
  readonly webhooksAfterMs: number;
}

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  const rounds: Round[] = [];
  for (let round = 1; round <= (quick ? 1 : 5); round++) {
    const result = await onPlatform(credentials, (platform) => playRound(platform, credentials, quick));
    rounds.push(result);
    const { closed, open } = result;
    log(`round ${round}: ${rounded(perSecond(closed))} orders/s, a purchase p95 ${rounded(closed.p95Ms)} ms; at ${rounded(perSecond(open))}/s p50 ${rounded(open.p50Ms, 1)}, p95 ${rounded(open.p95Ms, 1)} ms`);
    if (closed.firstRefusal + open.firstRefusal !== '') log(`refused: ${closed.firstRefusal} ${open.firstRefusal}`);
  }
  const middle = (figure: (round: Round) => number): number => median(rounds.map(figure));
  const all = rounds.flatMap(({ closed, open }) => [closed, open]);
  return {
    orders_per_second: rounded(middle(({ closed }) => perSecond(closed))),
    p95_ms: rounded(middle(({ open }) => open.p95Ms), 1),
    p50_ms: rounded(middle(({ open }) => open.p50Ms), 1),
    open_per_second: rounded(middle(({ open }) => perSecond(open))),
    closed_p95_ms: rounded(middle(({ closed }) => closed.p95Ms), 1),
    webhooks_after_ms: rounded(middle(({ webhooksAfterMs }) => webhooksAfterMs)),
    refused: all.reduce((sum, { refused }) => sum + refused, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
  };
}

const perSecond = ({ orders, seconds }: LifecycleResult): number => orders / seconds;

/** The open loop has half of what the closed one made in the same round; at the end everything must be accounted for. */
async function playRound(platform: PlatformProcess, credentials: Credentials, quick: boolean): Promise<Round> {
  const seconds = quick ? 1 : 10;
  const load: LifecycleLoad = { baseUrl: platform.gatewayUrl, connections: quick ? 8 : CONNECTIONS, seconds, tokensFile: credentials.tokensFile, runName: 'closed' };
  const closed = await send(load);
  const webhooksAfterMs = await webhooksArrived(platform, closed.orders);
  const open = await send({ ...load, connections: quick ? 16 : OPEN_CONNECTIONS, perSecond: Math.max(1, perSecond(closed) / 2), runName: 'open' });
  await webhooksArrived(platform, closed.orders + open.orders);
  await assertAuditGreen(platform, credentials, SETTINGS);
  return { closed, open, webhooksAfterMs };
}

const send = async (load: LifecycleLoad): Promise<LifecycleResult> => JSON.parse(await runNode(GENERATOR, [JSON.stringify(load)])) as LifecycleResult;

/** Each order has sent its webhook: it counts as part of the work. Resolves to how long that took from now on, in ms. */
async function webhooksArrived({ paymentUrl }: PlatformProcess, orders: number): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const metrics = await (await fetch(`${paymentUrl}/actuator/prometheus`)).text();
    const accepted = Number(/payment_webhooks_total\{outcome="accepted"\} (\d+)/.exec(metrics)?.[1] ?? 0);
    const tookMs = performance.now() - startedMs;
    if (accepted >= orders) return tookMs;
    if (tookMs > WEBHOOKS_WITHIN_MS) throw new WebhooksLate(`${accepted} of ${orders} webhooks after ${WEBHOOKS_WITHIN_MS} ms`);
  }
}

async function onPlatform<T>(credentials: Credentials, use: (platform: PlatformProcess) => Promise<T>): Promise<T> {
  const platform = await startPlatform(credentials, SETTINGS);
  try {
    await putPool(platform, credentials);
    return await use(platform);
  } finally {
    await discard(platform);
  }
}

async function putPool({ inventoryUrl }: PlatformProcess, { organizerToken }: Credentials): Promise<void> {
  const event = { id: EVENT, name: 'Bench', currency: 'KRW', purchase_limit: 1_000_000, sections: [{ id: 'P', name: 'P', price: 1000, capacity: 10_000_000 }] };
  const response = await fetch(`${inventoryUrl}/v1/events/${EVENT}`, {
    method: 'PUT', headers: { 'content-type': 'application/json', authorization: `Bearer ${organizerToken}` }, body: JSON.stringify(event),
  });
  if (response.status !== 201) throw new PoolRefused(`${response.status} ${await response.text()}`);
}

class WebhooksLate extends Error {
  override readonly name = 'WebhooksLate';
}

class PoolRefused extends Error {
  override readonly name = 'PoolRefused';
}
