import { timestampOf, type RequestOf, type ResponseOf, type WorkerService } from '@traffic-tacos/contracts';
import { CompensationActionType, CompensationType, ProcessingStatus, type CompensationAction } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import type { Clock } from '@traffic-tacos/kernel';
import { refuse, type UnaryHandler } from '@traffic-tacos/kit';
import type { CompensationKind, Effects } from '../../ports/effects.ts';
import { doWork, type WorkerBehind } from './do-work.ts';
import { paymentIdIn, reservationIdIn, traceIdIn } from './request-parts.ts';

type Rpc = typeof WorkerService.processCompensation;

interface KnownCompensation {
  readonly kind: CompensationKind;
  readonly action: CompensationActionType;
  readonly targetService: string;
  readonly description: string;
}

const KNOWN: ReadonlyMap<CompensationType, KnownCompensation> = new Map([
  [CompensationType.COMPENSATION_TYPE_RELEASE_SEATS, { kind: 'release_seats', action: CompensationActionType.COMPENSATION_ACTION_TYPE_INVENTORY_RELEASE, targetService: 'inventory', description: 'The hold was released.' }],
  [CompensationType.COMPENSATION_TYPE_REFUND_PAYMENT, { kind: 'refund_payment', action: CompensationActionType.COMPENSATION_ACTION_TYPE_PAYMENT_REFUND, targetService: 'payment', description: 'The payment was refunded.' }],
  [CompensationType.COMPENSATION_TYPE_CANCEL_RESERVATION, { kind: 'cancel_reservation', action: CompensationActionType.COMPENSATION_ACTION_TYPE_RESERVATION_CANCEL, targetService: 'reservation', description: 'The reservation was ended.' }],
  [CompensationType.COMPENSATION_TYPE_CLEANUP_ORPHANED, { kind: 'cleanup_orphaned', action: CompensationActionType.COMPENSATION_ACTION_TYPE_INVENTORY_RELEASE, targetService: 'inventory', description: 'What was left was released.' }],
]);

/** Undoes part of something that failed half-way, and nothing that is somebody's by now. */
export const processCompensationRpc =
  (behind: WorkerBehind, effects: Effects, clock: Clock): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  async ({ reservationId: named, compensationType, context, correlationId }, call) => {
    const known = KNOWN.get(compensationType);
    if (known === undefined) return refuse('INVALID_REQUEST', { details: [{ field: 'compensationType', reason: 'must say what is to be undone' }] });
    const reservationId = reservationIdIn(named);
    if (reservationId === undefined) return refuse('RESERVATION_NOT_FOUND');
    const paymentIntentId = paymentIdIn(context.get('payment_intent_id') ?? '');
    if (known.kind === 'refund_payment' && paymentIntentId === undefined) return refuse('INVALID_REQUEST', { details: [{ field: 'context', reason: 'must name the payment_intent_id' }] });
    const traceId = traceIdIn(correlationId, call.traceId);
    const worked = await doWork(behind, 'compensation', () => effects.compensate({ kind: known.kind, reservationId, paymentIntentId, traceId }));
    if ('refused' in worked) return worked;
    const processedAt = timestampOf(clock.nowMs());
    const answer = { actionsTaken: [], processedAt, requiresManualIntervention: false, error: undefined };
    if (worked.kind === 'retry') return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_RETRY };
    if (worked.outcome.kind === 'nothing_to_do') return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_SKIPPED };
    const action: CompensationAction = { actionType: known.action, targetService: known.targetService, actionDescription: known.description, success: true, executedAt: processedAt };
    return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_SUCCESS, actionsTaken: [action] };
  };
