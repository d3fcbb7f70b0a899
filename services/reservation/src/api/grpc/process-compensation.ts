import { timestampOf, type RequestOf, type ResponseOf, type WorkerService } from '@traffic-tacos/contracts';
import { CompensationType, ProcessingStatus } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { parseId, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { refuse, type UnaryHandler } from '@traffic-tacos/kit';
import { compensate, type CompensationWish } from '../../application/compensate.ts';
import type { ReservationContext } from '../../application/context.ts';

type Rpc = typeof WorkerService.processCompensation;

const TRACE_ID = /^[0-9a-f]{32}$/;
const KINDS: ReadonlyMap<CompensationType, CompensationWish['kind']> = new Map([
  [CompensationType.COMPENSATION_TYPE_RELEASE_SEATS, 'release_seats'],
  [CompensationType.COMPENSATION_TYPE_REFUND_PAYMENT, 'refund_payment'],
  [CompensationType.COMPENSATION_TYPE_CANCEL_RESERVATION, 'cancel_reservation'],
  [CompensationType.COMPENSATION_TYPE_CLEANUP_ORPHANED, 'cleanup_orphaned'],
]);

/** What the worker asks to have undone. It says itself what was done, to whoever asked it. */
export const processCompensationRpc =
  (context: ReservationContext): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  async ({ reservationId, compensationType, context: named, correlationId }, call) => {
    const kind = KINDS.get(compensationType);
    if (kind === undefined) return refuse('INVALID_REQUEST', { details: [{ field: 'compensationType', reason: 'must say what is to be undone' }] });
    if (parseId('rsv', reservationId) === undefined) return refuse('RESERVATION_NOT_FOUND');
    const intentId = named.get('payment_intent_id') ?? '';
    const paymentIntentId = parseId('pay', intentId) === undefined ? undefined : (intentId as PaymentIntentId);
    const traceId = TRACE_ID.test(correlationId) ? correlationId : call.traceId;
    const outcome = await compensate(context, { kind, reservationId: reservationId as ReservationId, paymentIntentId, traceId });
    if (outcome.kind === 'reservation_not_found') return refuse('RESERVATION_NOT_FOUND');
    if (outcome.kind === 'must_not_be_undone') return refuse('RESERVATION_ALREADY_CONFIRMED', { details: [{ field: 'reservationId', reason: outcome.reason }] });
    const status = outcome.kind === 'done' ? ProcessingStatus.PROCESSING_STATUS_SUCCESS : ProcessingStatus.PROCESSING_STATUS_SKIPPED;
    return { status, actionsTaken: [], processedAt: timestampOf(context.clock.nowMs()), requiresManualIntervention: false, error: undefined };
  };
