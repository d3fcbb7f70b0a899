import { amountMinor } from '@traffic-tacos/kernel';
import { intentAt } from '@traffic-tacos/payment';
import { INTENT_RULES, type IntentRules } from '@traffic-tacos/payment/testing';
import type { Planting } from '../../src/machine/planting.ts';
import type { PlantedBug } from './bug.ts';

/** Charges one unit more, and the amount is not compared when the reservation is confirmed. */
const confirmsWrongAmount: Planting = {
  instead: ({ tables }) => ({
    intentRules: { ...INTENT_RULES, createIntent: (facts, timings, nowMs) => INTENT_RULES.createIntent({ ...facts, amountMinor: amountMinor(facts.amountMinor + 1) }, timings, nowMs) },
    payments: (right) => ({
      ...right,
      read: async (intentId) => {
        const step = await right.read(intentId);
        return (unit) => {
          const facts = step(unit);
          const total = facts === undefined ? undefined : tables.reservation.reservations.read(facts.reservationId)?.totalMinor;
          return facts === undefined || total === undefined ? facts : { ...facts, amountMinor: total };
        };
      },
    }),
  }),
};

/** The same, where the charge is right and a part of it has gone back. */
const overlooksPartRefunds: Planting = {
  instead: ({ tables }) => ({
    payments: (right) => ({
      ...right,
      read: async (intentId) => {
        const step = await right.read(intentId);
        return (unit) => {
          const facts = step(unit);
          const total = facts === undefined ? undefined : tables.reservation.reservations.read(facts.reservationId)?.totalMinor;
          return facts === undefined || total === undefined ? facts : { ...facts, amountMinor: total };
        };
      },
    }),
  }),
};

const refundsTwice: IntentRules['refundIntent'] = (stored, request, nowMs) => {
  const decided = INTENT_RULES.refundIntent(stored, request, nowMs);
  if (decided.kind !== 'already_refunded') return decided;
  const { sequence, version } = decided.intent;
  return { kind: 'refunded', next: { ...decided.intent, version: version + 1, sequence: sequence + 1, factsAdded: 1, changedAtMs: nowMs } };
};

const keepsMoney: Planting = { instead: () => ({ payments: (right) => ({ ...right, refund: () => undefined }) }) };

/** Takes results of that type off the queue, and does nothing about them. */
const loses = (type: 'payment.approved' | 'payment.refunded'): Planting => ({
  instead: () => ({
    effects: (right) => ({ ...right, followPayment: (hint) => (hint.type === type ? Promise.resolve({ kind: 'nothing_to_do' }) : right.followPayment(hint)) }),
  }),
});

/** A result is taken for true before its instant. */
const capturesEarly: Planting = {
  instead: () => ({
    payments: (right) => ({
      ...right,
      read: async (intentId) => {
        const step = await right.read(intentId);
        return (unit) => {
          const facts = step(unit);
          return facts === undefined || facts.isFailed || facts.isRefunded ? facts : { ...facts, isCaptured: true };
        };
      },
    }),
  }),
};

const settlesAnyhow: IntentRules['intentAt'] = (intent, nowMs) => (intent.result === 'none' ? intentAt({ ...intent, result: 'approved', settleAtMs: intent.createdAtMs }, nowMs) : intentAt(intent, nowMs));

export const OF_PAYMENTS: readonly PlantedBug[] = [
  { bug: 'a wrong amount is confirmed', planting: confirmsWrongAmount, seeds: 2, breaks: ['I3'] },
  { bug: 'a payment of which a part went back is confirmed', planting: overlooksPartRefunds, seeds: 30, breaks: ['I3'] },
  { bug: 'a full refund is paid twice', planting: { instead: () => ({ intentRules: { ...INTENT_RULES, refundIntent: refundsTwice } }) }, seeds: 10, breaks: ['I3', 'I6'] },
  { bug: 'a capture is kept without an order', planting: keepsMoney, seeds: 10, breaks: ['I3', 'reconciler'] },
  { bug: 'approvals are not followed up', planting: loses('payment.approved'), seeds: 2, breaks: ['I3', 'I6'] },
  { bug: 'refunds are not followed up', planting: loses('payment.refunded'), seeds: 6, breaks: ['I3', 'I6'] },
  { bug: 'an order is made before its payment is captured', planting: capturesEarly, seeds: 2, breaks: ['I3', 'InvariantBreach'] },
  { bug: 'a payment without a result is taken for approved', planting: { instead: () => ({ intentRules: { ...INTENT_RULES, intentAt: settlesAnyhow } }) }, seeds: 4, breaks: ['I3', 'InvariantBreach', 'live updates'] },
];
