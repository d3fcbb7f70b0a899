import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSystemTimeSource, eventLoop, openFileDisk, openJournal, Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, SeededRandom, type PaymentIntentId } from '@traffic-tacos/kernel';
import { createPayment, DEFAULT_TIMINGS } from '@traffic-tacos/payment';
import { createPlatformTables, journalDir } from '@traffic-tacos/platform';
import { purchaseSuite, withPlatform } from '@traffic-tacos/platform/testing';
import { until } from '../src/testing/until.ts';

purchaseSuite('one process', withPlatform);

test('I3: what was captured before a crash, and not followed, is followed up by the next start', async () => {
  await withPlatform(async (on) => {
    await on.event('evt_1', 2);
    const alice = await on.user('alice');
    const held = await alice.hold('evt_1', ['A-1']);
    const intentId = await alice.intent(held.id, 1000, 'DELAY');
    await on.stop();
    await captureUnseen(on.dataDir, intentId);
    const next = await on.restart();
    const again = await next.user('alice');
    await until(async () => (await again.get('reservation', `/v1/reservations/${held.id}`)).body['status'], (status) => status === 'CONFIRMED');
    await next.stop();
  });
});

/** Records the capture of an intent in a stopped platform's journal, with nobody there who would follow it up. */
async function captureUnseen(dataDir: string, intentId: string): Promise<void> {
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const disk = await openFileDisk(journalDir(dataDir));
  const { journal, clock } = await openJournal({
    disk, tables: tables.all, limits: DEFAULT_LIMITS, time: createSystemTimeSource(), scheduler: eventLoop, random: new SeededRandom(1),
  });
  const ignore = (): void => undefined;
  const payment = createPayment({
    journal: { units: new Units(journal, 5), tables: tables.payment }, clock, scheduler: { at: () => ignore },
    random: { ids: new SeededRandom(1), draws: new SeededRandom(1) }, reservationFacts: { read: () => Promise.resolve({ kind: 'not_found' }) },
    results: { approved: ignore, failed: ignore, refunded: ignore },
    settings: { timings: DEFAULT_TIMINGS, limits: DEFAULT_LIMITS, intentsPerReservation: 20 },
  });
  const outcome = await payment.store.process({ intentId: intentId as PaymentIntentId, owner: undefined, key: undefined });
  assert.equal(outcome.kind === 'processed' && outcome.intent.status, 'COMPLETED');
  await journal.close();
}
