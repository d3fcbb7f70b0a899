import { IntentRecordService } from '@traffic-tacos/contracts';
import { ListIntentsRequest, ReadIntentsRequest, SettleIntentRequest, type IntentRecord } from '@traffic-tacos/contracts/proto/payment/v1/reconcile';
import { amountMinor, epochMs, isCurrencyCode, parseId, type Clock, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { IntentStatus } from '@traffic-tacos/payment';
import type { KnownIntent } from '@traffic-tacos/platform';
import { asked, wordOf } from './asked.ts';
import { OwnerAway } from './owner-away.ts';

/** A payment, and the instant at which it ends by itself; undefined where it has ended. By the clock of whoever asks. */
export interface ListedIntent extends KnownIntent {
  readonly endsAtMs: number | undefined;
}

export interface IntentPage {
  readonly intents: readonly ListedIntent[];
  /** -1 after the last. */
  readonly nextCursor: number;
  /** How far the payment service's journal is, and for how long the oldest change that was not handed over has waited. */
  readonly sequence: number;
  readonly outboxAgeMs: number;
}

/** The payments of another process. Each question may reject with `OwnerAway`. */
export interface IntentRecords {
  read(ids: readonly string[]): Promise<readonly ListedIntent[]>;
  page(cursor: number): Promise<IntentPage>;
  /** A page without payments. */
  glance(): Promise<IntentPage>;
  /** Writes down what a payment has come to by now. */
  settle(id: PaymentIntentId): Promise<void>;
}

export function grpcIntentRecords(channel: GrpcChannel, clock: Pick<Clock, 'nowMs'>): IntentRecords {
  const client = createUnaryClient(channel, IntentRecordService, { idempotent: ['readIntents', 'listIntents', 'settleIntent'] });
  const list = async (wish: { readonly cursor?: number; readonly isGlance?: boolean }): Promise<IntentPage> => {
    const { intents, nextCursor, appliedSequence, outboxAgeMs } = await asked('payment', client.listIntents(ListIntentsRequest.create(wish)));
    return { intents: intents.map((intent) => factsOf(intent, clock.nowMs())), nextCursor, sequence: appliedSequence, outboxAgeMs };
  };
  return {
    read: async (ids) => {
      if (ids.length === 0) return [];
      const { intents } = await asked('payment', client.readIntents(ReadIntentsRequest.create({ paymentIntentIds: [...ids] })));
      return intents.map((intent) => factsOf(intent, clock.nowMs()));
    },
    page: (cursor) => list({ cursor }),
    glance: () => list({ isGlance: true }),
    settle: async (paymentIntentId) => void (await asked('payment', client.settleIntent(SettleIntentRequest.create({ paymentIntentId })))),
  };
}

const STATUSES: Readonly<Record<IntentStatus, true>> = { PENDING: true, PROCESSING: true, COMPLETED: true, FAILED: true, CANCELLED: true, EXPIRED: true, REFUNDED: true };

/** The clocks of two machines may differ, so the record says how long ago, and in how long. */
function factsOf(record: IntentRecord, nowMs: number): ListedIntent {
  const { paymentIntentId: id, reservationId, userId, traceId, status, recordedStatus, amountMinor: amount, refundedMinor, currency, unchangedForMs, endsInMs } = record;
  if (!isIntentId(id) || !isReservationId(reservationId) || !isCurrencyCode(currency)) throw new OwnerAway('payment', `what it says of ${id} has no meaning here`);
  const now = {
    id, reservationId, userId, traceId, status: wordOf('payment', STATUSES, status), amountMinor: amountMinor(amount), refundedMinor: amountMinor(refundedMinor), currency,
    changedAtMs: epochMs(Math.max(0, nowMs - unchangedForMs)),
  };
  return { now, recorded: wordOf('payment', STATUSES, recordedStatus), endsAtMs: endsInMs === 0 ? undefined : nowMs + endsInMs };
}

const isIntentId = (text: string): text is PaymentIntentId => parseId('pay', text) !== undefined;
const isReservationId = (text: string): text is ReservationId => parseId('rsv', text) !== undefined;
