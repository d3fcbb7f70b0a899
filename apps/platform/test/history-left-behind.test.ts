import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSystemTimeSource, eventLoop, HistoryFile, HistoryReader, openFileDisk, openJournal, Projector, type RecordTable, Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, epochMs, type PaymentIntentId } from '@traffic-tacos/kernel';
import { createPooledRandom } from '@traffic-tacos/kit';
import type { Intent } from '@traffic-tacos/payment';
import { historyPath, journalDir } from '@traffic-tacos/platform';
import { testOptions, withPlatform, type Client } from '@traffic-tacos/platform/testing';
import { HISTORY_SHAPES } from '../src/history/shapes.ts';
import { createPlatformTables } from '../src/tables.ts';
import { until } from '../src/testing/until.ts';

const PAYMENT = testOptions('').payment;
/** Settles within no test by itself. */
const UNHURRIED = { payment: { ...PAYMENT, timings: { ...PAYMENT.timings, lateApproveDelayMs: 600_000 as typeof PAYMENT.timings.lateApproveDelayMs } } };

/**
 * Puts an image of an intent into the journal of a platform that has stopped, and has the history take it: what a crash leaves that comes after
 * a result is durable and before anything has followed from it.
 */
async function crashAfter(dataDir: string, intentId: string, change: (intent: Intent) => Intent): Promise<void> {
  const path = historyPath(dataDir);
  const disk = openFileDisk(journalDir(dataDir));
  const file = HistoryFile.open(path, HISTORY_SHAPES);
  const reader = new HistoryReader(path);
  const tables = createPlatformTables(DEFAULT_LIMITS, reader);
  const history = { appliedSequence: file.appliedSequence ?? 0, journalId: file.journalId };
  const deps = { disk, tables: tables.all, limits: DEFAULT_LIMITS, time: createSystemTimeSource(), scheduler: eventLoop, random: createPooledRandom() };
  const { journal } = await openJournal(deps, { history });
  const { intents } = tables.payment;
  const before = intents.find(intentId as PaymentIntentId);
  assert.ok(before !== undefined);
  await new Units(journal, 1).run((unit) => unit.write(intents as RecordTable<Intent>, change({ ...before, version: before.version + 1 })));
  await new Projector(disk, file, HISTORY_SHAPES).run(journal.durableSequence);
  file.close();
  reader.close();
  await journal.close({ snapshot: 'never' });
}

const captured = (intent: Intent): Intent => ({ ...intent, status: 'COMPLETED', settleAtMs: epochMs(Date.now()), changedAtMs: epochMs(Date.now()), sequence: 1, factsAdded: 1 });

const givenBack = (intent: Intent): Intent => ({
  ...intent, status: 'REFUNDED', changedAtMs: epochMs(Date.now()), refundedMinor: intent.amountMinor, lastRefundMinor: intent.amountMinor, refundReason: 'requested',
  sequence: 2, factsAdded: 1,
});

const statusOf = async (client: Client, id: string): Promise<unknown> => (await client.get('reservation', `/v1/reservations/${id}`)).body['status'];

test('I3: a payment captured right before a crash makes its order after it, also where the history has taken it already', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 4);
    const alice = await on.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1']);
    const intentId = await alice.intent(id, 1000, 'DELAY');
    await on.stop();
    await crashAfter(on.dataDir, intentId, captured);
    const after = await on.restart();
    const aliceAgain = await after.user('alice');
    await until(() => statusOf(aliceAgain, id), (status) => status === 'CONFIRMED');
    await after.stop();
  }, UNHURRIED));

test('I3: an order whose money went back right before a crash gives its seats back after it, also where the history has taken the refund already', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 4);
    const alice = await on.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1']);
    const intentId = await alice.pay(id, 1000);
    assert.equal((await alice.confirm(id, intentId)).status, 200);
    await on.stop();
    await crashAfter(on.dataDir, intentId, givenBack);
    const after = await on.restart();
    const aliceAgain = await after.user('alice');
    await until(() => statusOf(aliceAgain, id), (status) => status === 'REFUNDED');
    await after.stop();
  }));
