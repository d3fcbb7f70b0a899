import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, type Ended } from './support/tacos.ts';

const BUYERS = 16;
const HOLDS_BEFORE = 200;
const EVENT = { id: 'evt_1', name: 'Sale', currency: 'KRW', purchase_limit: 1_000_000, sections: [{ id: 'FLOOR', name: 'Floor', price: 500, capacity: 1_000_000 }] };
/** Holds that are made before the platform is replaced must live when they are looked for. */
const SETTINGS = { RATE_LIMIT_ENABLED: 'false', HOLD_SECONDS: '600' };

/** What the buyers were told, by the keys of their requests. */
interface Ledger {
  readonly statuses: Set<number>;
  readonly held: Map<string, string>;
  /** Asked for, and no answer came. */
  readonly unanswered: string[];
  /** Told how many there are after each. */
  readonly onHeld: (held: number) => void;
}

const tokenOf = async (platform: RunningPlatform, role: string): Promise<string> => (await platform.tacos('token', '--user', `some-${role}`, '--role', role)).stdout.trim();

async function putEvent(platform: RunningPlatform): Promise<void> {
  const headers = { authorization: `Bearer ${await tokenOf(platform, 'organizer')}`, 'content-type': 'application/json' };
  const answer = await fetch(`${platform.addresses.inventory}/v1/events/${EVENT.id}`, { method: 'PUT', headers, body: JSON.stringify(EVENT) });
  assert.equal(answer.status, 201, await answer.text());
}

async function hold({ addresses }: RunningPlatform, token: string, key: string): Promise<{ readonly status: number; readonly id: string }> {
  const answer = await fetch(`${addresses.gateway}/api/v1/reservations`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key }, body: JSON.stringify({ event_id: EVENT.id, section: 'FLOOR', qty: 1 }),
  });
  const body = (await answer.json()) as { readonly reservation_id?: string };
  return { status: answer.status, id: body.reservation_id ?? '' };
}

/** One hold after the other until the platform is gone. */
async function holdWithoutEnd(platform: RunningPlatform, token: string, name: string, { statuses, held, unanswered, onHeld }: Ledger): Promise<void> {
  for (let number = 0; ; number++) {
    const key = `${name}-${number}`;
    const answer = await hold(platform, token, key).catch(() => undefined);
    if (answer === undefined) return void unanswered.push(key);
    statuses.add(answer.status);
    if (answer.status === 201) onHeld(held.set(key, answer.id).size);
  }
}

/** It has ended by itself, in time, and well. */
const assertDrained = ({ code, stderr }: Ended): void => assert.equal(code, 0, stderr);

/** Buyers hold until there is load, then the platform is told to stop. */
async function stopUnderLoad(platform: RunningPlatform): Promise<Ledger> {
  const { promise: hasLoad, resolve } = Promise.withResolvers<void>();
  const ledger: Ledger = { statuses: new Set(), held: new Map(), unanswered: [], onHeld: (held) => void (held >= HOLDS_BEFORE && resolve()) };
  try {
    await putEvent(platform);
    const token = await tokenOf(platform, 'user');
    const holding = Promise.all(Array.from({ length: BUYERS }, (_, buyer) => holdWithoutEnd(platform, token, `buyer-${buyer}`, ledger)));
    await Promise.race([hasLoad, holding]);
    assertDrained(await platform.stop('SIGTERM'));
    await holding;
  } finally {
    await platform.stop('SIGKILL');
  }
  return ledger;
}

test('S24: SIGTERM to a platform under load and another start on its directory: it drains, nobody gets a 5xx, what was acknowledged is there, and the rest is had by asking again', async (context) => {
  const dataDir = scratchDirectory(context);
  const { statuses, held, unanswered } = await stopUnderLoad(await startUp(dataDir, [], SETTINGS));
  assert.deepEqual([...statuses], [201]);
  const next = await startUp(dataDir, [], SETTINGS);
  try {
    const token = await tokenOf(next, 'user');
    for (const [key, id] of held) assert.deepEqual(await hold(next, token, key), { status: 201, id }, `${key} is what it was`);
    for (const key of unanswered) assert.equal((await hold(next, token, key)).status, 201);
    assert.equal((await next.tacos('audit')).code, 0);
  } finally {
    const killed = await next.stop('SIGKILL');
    assert.throws(() => assertDrained(killed), assert.AssertionError, 'planted bug: one that is ended without draining shows');
  }
});
