import assert from 'node:assert/strict';
import { eventLoop, openJournal, Units, type RecordTable } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { amountMinor, DEFAULT_LIMITS, newId, SeededRandom, type PaymentIntentId } from '@traffic-tacos/kernel';
import { createPayment, createPaymentTables, DEFAULT_INTENTS_PER_RESERVATION, DEFAULT_TIMINGS, type PaymentService } from '@traffic-tacos/payment';
import { heldReservation, KeptReservations } from '@traffic-tacos/payment/testing';
import type { PaymentsUnderTest } from '@traffic-tacos/reservation/testing';

const PRICE = amountMinor(1_000);

/** A payment service that nobody follows, and what the suite of the reservation service's port wants around an adapter to it. */
export interface PaymentAtRest extends Omit<PaymentsUnderTest, 'payments' | 'run'> {
  readonly payment: PaymentService;
  readonly units: Units;
}

/** A payment service over a simulated disk, under a clock that stands still, for reservations that the suite puts down. */
export async function paymentAtRest(): Promise<PaymentAtRest> {
  const random = new SeededRandom(1);
  const time = new ManualTimeSource();
  const tables = createPaymentTables(DEFAULT_LIMITS);
  const all = tables.all as readonly RecordTable<unknown>[];
  const { journal, clock } = await openJournal({ disk: new SimDisk({ seed: 1 }), tables: all, limits: DEFAULT_LIMITS, time, scheduler: eventLoop, random });
  const units = new Units(journal, DEFAULT_LIMITS.decideAttempts);
  const reservations = new KeptReservations();
  const unheard = (): void => undefined;
  const payment = createPayment({
    journal: { units, tables }, clock, scheduler: { at: () => unheard }, random: { ids: random, draws: random }, reservationFacts: reservations,
    results: { approved: unheard, failed: unheard, refunded: unheard },
    settings: { timings: DEFAULT_TIMINGS, limits: DEFAULT_LIMITS, intentsPerReservation: DEFAULT_INTENTS_PER_RESERVATION },
  });
  return {
    payment,
    units,
    begin: async (scenario, also) => {
      const reservationId = also?.reservationId ?? newId('rsv', clock.nowMs(), 0, random);
      reservations.put(reservationId, heldReservation('alice', { totalMinor: PRICE }));
      const outcome = await payment.useCases.createIntent({
        userId: 'alice', traceId: 'a'.repeat(32), idempotencyKey: crypto.randomUUID(), reservationId, amountMinor: PRICE, currency: 'KRW', scenario, method: undefined,
      });
      return { id: outcome.kind === 'created' ? outcome.intent.id : assert.fail(outcome.kind), reservationId };
    },
    advance: async (ms) => {
      time.advance(ms);
      await journal.durable();
    },
    refundPart: (id, amount) => refundPart(payment, id, amount),
    recorded: async (id) => {
      const { status = '', refundedMinor = 0, refundReason: reason } = (await payment.calls.read(id)) ?? {};
      return { status, refunded: refundedMinor, reason: reason === 'requested' ? undefined : reason };
    },
  };
}

async function refundPart({ useCases }: PaymentService, intentId: PaymentIntentId, part: number): Promise<void> {
  const outcome = await useCases.refundIntent({
    callerId: 'root', intentId, reason: 'requested', amountMinor: part, currency: undefined, idempotencyKey: crypto.randomUUID(),
  });
  assert.equal(outcome.kind, 'refunded');
}
