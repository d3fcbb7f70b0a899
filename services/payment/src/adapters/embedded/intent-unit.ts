import type { Unit } from '@traffic-tacos/journal';
import { present, type Clock, type EpochMs, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { IntentRules } from '../../domain/intent-rules.ts';
import { isCaptured, type Intent } from '../../domain/intent.ts';
import { answeredIntent, judgeKey, keepKey, type RequestKey } from '../../domain/request-key.ts';
import type { PaymentTerms, Recalled, RefundIntentCommand, RefundIntentOutcome } from '../../ports/payment-store.ts';
import { factsOf, type PaymentFact } from '../../domain/payment-fact.ts';
import { queueWebhook, webhookIdOf } from '../../domain/webhook.ts';
import type { DeliveryTable } from './delivery-table.ts';
import type { IntentTable } from './intent-table.ts';
import type { ReceiverTable } from './receiver-table.ts';
import type { KeyTable } from './key-table.ts';

/** Where the embedded adapter keeps payments, and what it decides by. */
export interface IntentMemory {
  readonly intents: IntentTable;
  readonly keys: KeyTable;
  readonly clock: Clock;
  readonly rules: IntentRules;
  readonly terms: PaymentTerms;
  /** Undefined where nobody is sent webhooks. */
  readonly webhooks?: WebhookMemory | undefined;
}

/** Where messages to receivers are kept. */
export interface WebhookMemory {
  readonly deliveries: DeliveryTable;
  readonly receivers: ReceiverTable;
}

/** Puts an image into the unit, and beside it the messages about every fact that it is the first to show: to be sent from `sendAtMs` on. */
export function writeIntentIn(unit: Unit, { intents, webhooks }: IntentMemory, image: Intent, sendAtMs: EpochMs): void {
  unit.write(intents, image);
  if (webhooks === undefined) return;
  for (const fact of factsOf(image)) queueIn(unit, webhooks, fact, { url: image.webhookUrl, sendAtMs });
}

/** Queues the message about a fact, anew if it was queued before, to the receiver that its intent names. */
export function queueIn(unit: Unit, { deliveries, receivers }: WebhookMemory, fact: PaymentFact, { url, sendAtMs }: { readonly url: string | undefined; readonly sendAtMs: EpochMs }): void {
  const before = deliveries.find(webhookIdOf(fact.intentId, fact.sequence));
  unit.write(deliveries, queueWebhook(fact, url ?? receivers.urlOf(fact.intentId), sendAtMs, before));
}

/** The intent as of now. The unit relies on it: a change before the commit has the caller decide again. */
export function readIn(unit: Unit, memory: IntentMemory, intentId: PaymentIntentId): Intent | undefined {
  const { intents, rules, clock } = memory;
  const stored = intents.find(intentId);
  const version = stored?.version ?? 0;
  unit.rely({ holds: () => intents.versionOf(intentId) === version });
  return stored === undefined ? undefined : rules.intentAt(stored, clock.nowMs());
}

/** Of the reservation's captured intents the one that was captured first; undefined when there is none. */
export function findCapturedIn(unit: Unit, memory: IntentMemory, reservationId: ReservationId): Intent | undefined {
  const found = firstCaptured(memory, reservationId);
  unit.rely({
    holds: () => {
      const again = firstCaptured(memory, reservationId);
      return again?.id === found?.id && again?.version === found?.version;
    },
  });
  return found;
}

function firstCaptured({ intents, rules, clock }: IntentMemory, reservationId: ReservationId): Intent | undefined {
  const nowMs = clock.nowMs();
  let first: Intent | undefined;
  for (const stored of intents.ofReservation(reservationId)) {
    const intent = rules.intentAt(stored, nowMs);
    if (!isCaptured(intent.status)) continue;
    if (first === undefined || (intent.settleAtMs ?? 0) <= (first.settleAtMs ?? 0)) first = intent;
  }
  return first;
}

/** Decides a refund inside the unit, with its key in the same entry when there is one. */
export function refundIn(unit: Unit, memory: IntentMemory, command: RefundIntentCommand): RefundIntentOutcome {
  const { intents, rules, clock } = memory;
  const { key, amountMinor, reason } = command;
  const nowMs = clock.nowMs();
  const recalled = recallIn(memory, key, nowMs);
  if (recalled !== undefined) return recalled;
  const stored = intents.find(command.intentId);
  if (stored === undefined) return { kind: 'payment_not_found' };
  if (command.currency !== undefined && command.currency !== stored.currency) return { kind: 'currency_differs', currency: stored.currency };
  const decision = rules.refundIntent(stored, { amountMinor, reason, isKeyed: key !== undefined }, nowMs);
  switch (decision.kind) {
    case 'refunded':
      writeIntentIn(unit, memory, decision.next, nowMs);
      writeKeyIn(unit, memory, key, decision.next, nowMs);
      return { kind: 'refunded', intent: decision.next };
    case 'already_refunded':
      writeKeyIn(unit, memory, key, decision.intent, nowMs);
      return { kind: 'refunded', intent: decision.intent };
    default:
      return decision;
  }
}

/** The answer of a key that has had its effect; undefined for a new key and for a request without one. */
export function recallIn({ intents, keys }: IntentMemory, key: RequestKey | undefined, nowMs: EpochMs): Recalled | undefined {
  if (key === undefined) return undefined;
  const record = keys.find(key.digest);
  const judgement = judgeKey(record, key, nowMs);
  if (judgement === 'new' || record === undefined) return undefined;
  if (judgement === 'conflict') return { kind: 'idempotency_conflict' };
  const stored = present(intents.find(record.intentId), 'the intent of a kept key');
  return { kind: 'replayed', intent: answeredIntent(stored, record) };
}

/** Puts the key, if there is one, beside the effect that the unit has. */
export function writeKeyIn(unit: Unit, { keys, terms }: IntentMemory, key: RequestKey | undefined, answered: Intent, nowMs: EpochMs): void {
  if (key === undefined) return;
  keys.assertRoom(nowMs);
  unit.write(keys, keepKey(key, answered, terms.keyTtlMs, nowMs));
}
