import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSignToken, JoseTokenSigner, loadOrCreateKeys } from '@traffic-tacos/gateway';
import { createDecisionClock, createSystemTimeSource } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, SeededRandom } from '@traffic-tacos/kernel';
import { createPooledRandom, createSystemClock } from '@traffic-tacos/kit';
import { freePort } from '@traffic-tacos/kit/testing';
import { auditPlatform, readBeside, RESTART_GRACE_MS, viewOf, type AuditReport } from '@traffic-tacos/platform';
import { Client, createAgent, RememberingBuyer, startPlatformChild, type KnownHold, type PlatformChild } from '@traffic-tacos/platform/testing';

/** 5 in every run of the tests; CRASH_ROUNDS=100 for the long run. */
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 5);
const BUYERS = 16;
const SEATS = 20_000;
/** Of work: how long that takes is measured where nothing else runs, by the bench. */
const READY_WITHIN_CPU_MS = 5_000;
/** After a restart, until every payment has led to its order, or has gone back. */
const SETTLED_WITHIN_MS = 30_000;

test(`S1: kill -9 at random points of a running sale, ${ROUNDS} rounds: what was acknowledged is there, what was not is absent or whole`, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-crash-'));
  const port = await freePort();
  const tokens = await createTokens(dataDir, port);
  const random = new SeededRandom(20_261_120);
  const remembered: KnownHold[][] = Array.from({ length: BUYERS }, () => []);
  let child = await startPlatformChild(dataDir, port);
  try {
    await putEvent(child, await tokens('organizer', 'organizer'));
    for (let round = 1; round <= ROUNDS; round++) {
      const enough = countdown(1 + random.below(1_500));
      const buyers = await Promise.all(remembered.map(async (_, i) => newBuyer(child, await tokens(`buyer-${i}`), random.u32(), enough.count)));
      const running = Promise.all(buyers.map(({ run }) => run()));
      await Promise.race([enough.reached, running]);
      await child.kill();
      await running;
      buyers.forEach(({ holds }, i) => remembered[i]?.push(...holds));
      assert.deepEqual((await auditDirectory(dataDir)).breaches, []);
      child = await startPlatformChild(dataDir, port);
      assert.ok(child.readyCpuMs < READY_WITHIN_CPU_MS, `ready after ${child.readyCpuMs} ms of work`);
      await Promise.all(remembered.map(async (holds, i) => assertRemembered(child, await tokens(`buyer-${i}`), holds)));
      await assertSettled(dataDir);
    }
    const acknowledged = remembered.flat().filter(({ told }) => told !== 'nothing' && told !== 'refused');
    assert.ok(acknowledged.length > ROUNDS * 20, `only ${acknowledged.length} holds were acknowledged`);
  } finally {
    await child.kill();
    await rm(dataDir, { recursive: true, force: true });
  }
});

/** Every acknowledged hold is there as it was told; an operation without an answer has happened or has not. */
async function assertRemembered(child: PlatformChild, token: string, holds: readonly KnownHold[]): Promise<void> {
  const agent = createAgent();
  const client = new Client(child, agent, token);
  for (const hold of holds.slice(-200)) {
    if (hold.told === 'refused') continue;
    if (hold.id === undefined) {
      const retried = await client.hold('evt_crash', hold.seatIds, hold.key);
      assert.ok(retried.status === 201 || retried.status === 409, retried.text);
      if (retried.status === 201) Object.assign(hold, { id: retried.id, text: retried.text, told: 'HOLD' });
      else hold.told = 'refused';
      continue;
    }
    const found = await client.get('reservation', `/v1/reservations/${hold.id}`);
    assert.equal(found.status, 200, `acknowledged and lost: ${hold.text ?? ''}`);
    assert.deepEqual(found.body['seatIds'], hold.seatIds);
    const status = String(found.body['status']);
    const possible = hold.isAsking ? ['HOLD', 'EXPIRED', 'CANCELLED', 'CONFIRMED'] : hold.told === 'HOLD' ? ['HOLD', 'EXPIRED'] : [hold.told];
    assert.ok(possible.includes(status), `was told ${hold.told}, is ${status}`);
    if (status === 'EXPIRED') assert.ok(Date.parse(String(found.body['holdExpiresAt'])) <= Number(found.headers['x-server-time']), 'not a moment early');
  }
  agent.destroy();
}

/** The records on disk, read as a tool reads them: all that a payment may still wait for is its follow-up. */
async function auditDirectory(dataDir: string): Promise<AuditReport> {
  const { tables, report, close } = await readBeside(dataDir, DEFAULT_LIMITS);
  const nowMs = createDecisionClock(createSystemTimeSource(), report.kind === 'read' ? report.lastStamp : undefined).nowMs();
  const audited = auditPlatform(viewOf(tables, nowMs), nowMs, RESTART_GRACE_MS);
  close();
  return audited;
}

/** Beside the restarted platform: what was captured before the crash is followed up, until no payment waits. */
async function assertSettled(dataDir: string): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const { breaches, waiting } = await auditDirectory(dataDir);
    assert.deepEqual(breaches, []);
    if (waiting.length === 0) return;
    assert.ok(performance.now() < deadline, `payments still wait: ${JSON.stringify(waiting.slice(0, 10), null, 2)}`);
  }
}

async function putEvent(child: PlatformChild, token: string): Promise<void> {
  const agent = createAgent();
  const seatIds = Array.from({ length: SEATS }, (_, i) => `A-${i + 1}`);
  const body = { id: 'evt_crash', name: 'Crash', currency: 'KRW', purchase_limit: 100_000, sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: seatIds }] };
  const answer = await new Client(child, agent, token).call('inventory', 'PUT', '/v1/events/evt_crash', { body });
  assert.equal(answer.status, 201, answer.text);
  agent.destroy();
}

/** Resolves at the given number of calls: the moment of the crash, in the sale's own time. */
function countdown(from: number): { readonly count: () => void; readonly reached: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = from;
  return { reached: promise, count: () => void (--left === 0 && resolve()) };
}

function newBuyer(child: PlatformChild, token: string, seed: number, onAnswer: () => void): { readonly holds: readonly KnownHold[]; readonly run: () => Promise<void> } {
  const agent = createAgent();
  const buyer = new RememberingBuyer(new Client(child, agent, token), { eventId: 'evt_crash', seats: SEATS, seed }, onAnswer);
  return { holds: buyer.holds, run: () => buyer.run().finally(() => agent.destroy()) };
}

async function createTokens(dataDir: string, port: number): Promise<(userId: string, role?: 'user' | 'organizer') => Promise<string>> {
  const signer = new JoseTokenSigner(await loadOrCreateKeys(dataDir));
  const issuer = { url: `http://127.0.0.1:${port}`, audience: undefined };
  const sign = createSignToken({ signer, issuer, clock: createSystemClock(), random: createPooledRandom() });
  return async (userId, role = 'user') => {
    const outcome = await sign({ userId, role, ttlSeconds: 3_600 });
    return outcome.kind === 'signed' ? outcome.token : assert.fail();
  };
}
