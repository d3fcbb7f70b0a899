import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventLoop, openJournal, Units } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { DEFAULT_LIMITS, newId, present, SeededRandom, Unavailable, type PaymentIntentId } from '@traffic-tacos/kernel';
import { createPaymentTables } from '../src/adapters/embedded/payment-tables.ts';
import { isOpen } from '../src/domain/intent.ts';
import type { PaymentFact } from '../src/domain/payment-fact.ts';
import type { Scenario } from '../src/domain/scenario.ts';
import { createPayment, type PaymentService } from '../src/service.ts';
import { heldReservation, KeptReservations } from '../src/testing/kept-reservations.ts';
import { ManualScheduler } from '../src/testing/manual-scheduler.ts';
import { SETTINGS } from './payment-world.ts';

const SCENARIOS: readonly Scenario[] = ['APPROVE', 'FAIL', 'TIMEOUT', 'APPROVE'];
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What the world outside has been told, over all lives. */
interface Witness {
  readonly intents: Map<PaymentIntentId, Scenario>;
  readonly told: Map<string, PaymentFact>;
  readonly refunded: Set<PaymentIntentId>;
}

describe('payments on a disk that stops', () => {
  for (let seed = 1; seed <= 3; seed++) {
    it(`S1, S14: a crash in any disk operation of run ${seed} loses nothing acknowledged, and settles everything exactly once`, async () => {
      const operations = await operationsOfALife(seed);
      for (let operation = 1; operation <= operations; operation++) await crashAt(seed, operation);
    });
  }

  it('S1: a disk that acknowledges before it syncs is caught', async () => {
    const lying = async () => {
      for (let operation = 8; operation < 40; operation++) await crashAt(1, operation, (disk) => disk.lieAbout('sync'));
    };
    await assert.rejects(lying, /gone|told twice|JournalDamaged/);
  });
});

async function operationsOfALife(seed: number): Promise<number> {
  const disk = new SimDisk({ seed });
  await live(disk, new ManualTimeSource(), newWitness(), seed);
  return disk.operations;
}

async function crashAt(seed: number, operation: number, prepare: (disk: SimDisk) => void = () => undefined): Promise<void> {
  const witness = newWitness();
  const time = new ManualTimeSource();
  const disk = new SimDisk({ seed });
  prepare(disk);
  disk.crashAt(operation);
  await live(disk, time, witness, seed);
  time.advance(60_000);
  await lookBack(disk.powerCut(operation), time, witness, `seed ${seed}, crash in operation ${operation}`);
}

const newWitness = (): Witness => ({ intents: new Map(), told: new Map(), refunded: new Set() });

/** One process's life as far as the disk lets it: intents of all kinds are made, settle, are refunded. */
async function live(disk: SimDisk, time: ManualTimeSource, witness: Witness, seed: number): Promise<void> {
  const ignoreStop = (error: unknown): void => assert.ok(disk.isOff || error instanceof Unavailable, String(error));
  try {
    const world = await open(disk, time, witness, seed);
    for (const [index, scenario] of SCENARIOS.entries()) {
      await buy(world, scenario, `key-${index}`, witness).catch(ignoreStop);
      time.advance(70);
      await world.scheduler.wakeDue();
    }
    for (const [intentId, scenario] of witness.intents) {
      if (scenario === 'APPROVE') await refund(world.service, intentId, witness).catch(ignoreStop);
    }
    await world.close().catch(ignoreStop);
  } catch (error) {
    ignoreStop(error);
  }
}

async function lookBack(disk: SimDisk, time: ManualTimeSource, witness: Witness, where: string): Promise<void> {
  const before = new Map(witness.told);
  const world = await open(disk, time, witness, 99);
  for (const [id, fact] of before) {
    const intent = await world.service.calls.read(fact.intentId);
    assert.ok(intent !== undefined && intent.sequence >= fact.sequence, `${where}: ${id} was told and is gone`);
  }
  const recorded = (id: PaymentIntentId) => present(world.tables.intents.find(id), `${where}: an acknowledged intent is gone`);
  const unsettled = new Set([...witness.intents.keys()].filter((id) => isOpen(recorded(id).status)));
  await world.scheduler.wakeDue();
  await turn();
  for (const [intentId, scenario] of witness.intents) {
    const intent = await world.service.calls.read(intentId);
    assert.ok(intent !== undefined);
    const ending = { APPROVE: 'COMPLETED', FAIL: 'FAILED', TIMEOUT: 'PENDING' }[String(scenario)];
    const isRefunded = intent.status === 'REFUNDED' && scenario === 'APPROVE';
    assert.ok(isRefunded || (intent.status === ending && !witness.refunded.has(intentId)), `${where}: ${scenario} is ${intent.status}`);
    // A hint may go down with its process; what the next process has to write down, that one tells.
    const isTold = witness.told.has(`${intentId}.1`);
    assert.ok(isTold || scenario === 'TIMEOUT' || !unsettled.has(intentId), `${where}: the result of ${scenario} was never told`);
  }
  await world.close();
}

async function open(disk: SimDisk, time: ManualTimeSource, witness: Witness, seed: number) {
  const tables = createPaymentTables(DEFAULT_LIMITS);
  const deps = { disk, tables: tables.all, limits: DEFAULT_LIMITS, time, scheduler: eventLoop, random: new SeededRandom(seed) };
  const { journal, clock } = await openJournal(deps);
  const scheduler = new ManualScheduler(clock);
  const reservations = new KeptReservations();
  const tell = (fact: PaymentFact): void => {
    assert.equal(witness.told.get(fact.id), undefined, `${fact.id} was told twice`);
    witness.told.set(fact.id, fact);
  };
  const service = createPayment({
    journal: { units: new Units(journal, DEFAULT_LIMITS.decideAttempts), tables },
    clock,
    scheduler,
    random: { ids: new SeededRandom(seed + 7), draws: new SeededRandom(seed) },
    reservationFacts: reservations,
    results: { approved: tell, failed: tell, refunded: tell },
    settings: SETTINGS,
  });
  service.start();
  const close = async (): Promise<void> => {
    await service.stop();
    await journal.close({ snapshot: 'never' });
  };
  return { service, scheduler, reservations, clock, tables, close };
}

type Life = Awaited<ReturnType<typeof open>>;

async function buy({ service, reservations, clock }: Life, scenario: Scenario, key: string, witness: Witness): Promise<void> {
  const reservationId = newId('rsv', clock.nowMs(), 0, new SeededRandom(key.length));
  reservations.put(reservationId, heldReservation('alice'));
  const outcome = await service.useCases.createIntent({
    userId: 'alice', traceId: '0af7651916cd43dd8448eb211c80319c', idempotencyKey: key, reservationId,
    amountMinor: 240_000, currency: 'KRW', scenario, method: undefined,
  });
  if (outcome.kind === 'created') witness.intents.set(outcome.intent.id, scenario);
}

async function refund(service: PaymentService, intentId: PaymentIntentId, witness: Witness): Promise<void> {
  const outcome = await service.calls.refund(intentId, 'requested');
  if (outcome.kind === 'refunded') witness.refunded.add(intentId);
}
