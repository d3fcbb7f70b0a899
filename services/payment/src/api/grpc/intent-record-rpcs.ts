import { IntentRecordService, LONG_NAME_PREFIX, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import type { IntentRecord } from '@traffic-tacos/contracts/proto/payment/v1/reconcile';
import { parseId, type Clock, type EpochMs, type Limits, type PaymentIntentId } from '@traffic-tacos/kernel';
import { grpcService, invalidRequest, type GrpcService, type UnaryHandler } from '@traffic-tacos/kit';
import { dueAtMs, intentAt } from '../../domain/intent-at.ts';
import { isOpen, type Intent } from '../../domain/intent.ts';
import type { PaymentStore } from '../../ports/payment-store.ts';

/** What the reconciler in another process is answered from. */
export interface IntentRecordDesk {
  /** As they are written. */
  readonly intents: {
    find(id: PaymentIntentId): Intent | undefined;
    scan(cursor: number, budget: number, visit: (intent: Intent) => void): number;
  };
  readonly store: Pick<PaymentStore, 'settle' | 'expire'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly limits: Pick<Limits, 'reconcilePage'>;
  appliedSequence(): number;
  /** For how long the oldest change that was not handed over has waited, in ms. */
  outboxAgeMs(): number;
  /** Resolves when everything that was read is on disk. */
  durable(): Promise<void>;
}

type Handler<Rpc> = UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>>;

/** `payment.v1.IntentRecordService`, under both of its names. */
export const intentRecordRpcs = (desk: IntentRecordDesk): GrpcService =>
  grpcService({
    definition: IntentRecordService,
    aliases: [`${LONG_NAME_PREFIX}payment.v1.IntentRecordService`],
    handlers: { readIntents: readIntentsRpc(desk), listIntents: listIntentsRpc(desk), settleIntent: settleIntentRpc(desk) },
  });

const readIntentsRpc = ({ intents, clock, limits, durable }: IntentRecordDesk): Handler<typeof IntentRecordService.readIntents> => async ({ paymentIntentIds }) => {
  const invalid = invalidRequest(paymentIntentIds.length <= limits.reconcilePage ? undefined : { field: 'payment_intent_ids', reason: `must be at most ${limits.reconcilePage}` });
  if (invalid !== undefined) return invalid;
  const nowMs = clock.nowMs();
  const found = paymentIntentIds.flatMap((id) => (isIntentId(id) ? (intents.find(id) ?? []) : [])).map((intent) => recordOf(intent, nowMs));
  await durable();
  return { intents: found };
};

const listIntentsRpc = ({ intents, clock, limits, appliedSequence, outboxAgeMs, durable }: IntentRecordDesk): Handler<typeof IntentRecordService.listIntents> => async ({ cursor, isGlance }) => {
  const invalid = invalidRequest(Number.isSafeInteger(cursor) && cursor >= 0 ? undefined : { field: 'cursor', reason: 'must be 0, or what the last answer has told' });
  if (invalid !== undefined) return invalid;
  const found: IntentRecord[] = [];
  const sequence = appliedSequence();
  const nowMs = clock.nowMs();
  const nextCursor = isGlance ? -1 : intents.scan(cursor, limits.reconcilePage, (intent) => found.push(recordOf(intent, nowMs)));
  await durable();
  return { intents: found, nextCursor, appliedSequence: sequence, outboxAgeMs: Math.round(outboxAgeMs()) };
};

/** Of settlement and expiry the one that is due happens; the other does nothing. */
const settleIntentRpc = ({ intents, store }: IntentRecordDesk): Handler<typeof IntentRecordService.settleIntent> => async ({ paymentIntentId }) => {
  if (!isIntentId(paymentIntentId)) return invalidRequest({ field: 'payment_intent_id', reason: 'must be pay_ and the 26 characters of an id' }) ?? { refused: 'INVALID_REQUEST' };
  await store.settle([paymentIntentId]);
  await store.expire([paymentIntentId]);
  const intent = intents.find(paymentIntentId);
  return { hasEnded: intent !== undefined && !isOpen(intent.status) };
};

const isIntentId = (text: string): text is PaymentIntentId => parseId('pay', text) !== undefined;

function recordOf(recorded: Intent, nowMs: EpochMs): IntentRecord {
  const { id, reservationId, userId, traceId, status, amountMinor, refundedMinor, currency, changedAtMs } = intentAt(recorded, nowMs);
  const endsAtMs = dueAtMs(recorded);
  return {
    paymentIntentId: id, reservationId, userId, traceId, status, recordedStatus: recorded.status, amountMinor, refundedMinor, currency,
    unchangedForMs: Math.max(0, nowMs - changedAtMs), endsInMs: endsAtMs === undefined ? 0 : Math.max(1, endsAtMs - nowMs),
  };
}
