import { timestampOf, type PaymentService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import type { Money } from '@traffic-tacos/contracts/proto/common/v1/types';
import { parseId, type Limits, type PaymentIntentId } from '@traffic-tacos/kernel';
import { invalidRequest, refuse, requiredText, type GrpcCaller, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import type { PaymentUseCases } from '../../application/use-cases.ts';
import { isOpen, REFUND_REASONS, type Intent, type RefundReason } from '../../domain/intent.ts';
import { PAYMENT_NOT_FOUND, refusalOf } from '../../errors.ts';
import type { OwnerCheck } from '../../ports/payment-store.ts';
import { checkMoney, inRefundAmount } from './money-fields.ts';
import { WIRE_STATUS } from './payment-messages.ts';

type Rpc = typeof PaymentService.cancelPayment;
type Answer = ResponseOf<Rpc> | Refusal;
type UseCases = Pick<PaymentUseCases, 'readIntent' | 'cancelIntent' | 'refundIntent'>;

/** What of a payment is to be undone, and by whom. */
interface Wish {
  readonly intentId: PaymentIntentId;
  readonly by: Canceller;
  /** Undefined for all of it. */
  readonly part: Money | undefined;
  /** One of the words that the platform's services give; `requested` for any other text. */
  readonly reason: RefundReason;
  readonly idempotencyKey: string | undefined;
}

interface Canceller {
  /** The scope of a refund's key. */
  readonly id: string;
  readonly owner: OwnerCheck;
  readonly mayKeepThePlaces: boolean;
}

const NO_PARTS = refuse('FORBIDDEN', { details: [{ field: 'refundAmount', reason: 'parts are given back by services and admins' }] });

/**
 * Before a capture the intent is given up; after it money goes back. All of it also at its buyer's wish, since that returns the places and
 * voids the tickets; a part of it leaves both, and is for services and admins to decide.
 */
export function cancelPaymentRpc(useCases: UseCases, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> {
  return async ({ paymentIntentId, refundAmount: part, reason: text }, { caller, idempotencyKey }) => {
    const invalid = invalidRequest(
      requiredText('paymentIntentId', paymentIntentId, limits.idChars),
      ...(part === undefined ? [] : checkMoney('refundAmount', part, 1)),
    );
    if (invalid !== undefined) return invalid;
    if (parseId('pay', paymentIntentId) === undefined) return PAYMENT_NOT_FOUND;
    const by = cancellerOf(caller);
    const reason = (by.mayKeepThePlaces && REFUND_REASONS.find((word) => word === text)) || 'requested';
    return undo(useCases, { intentId: paymentIntentId as PaymentIntentId, by, part, reason, idempotencyKey });
  };
}

function cancellerOf(caller: GrpcCaller): Canceller {
  if (caller.kind === 'service') return { id: caller.name, owner: undefined, mayKeepThePlaces: true };
  if (caller.kind !== 'user') return { id: caller.kind, owner: undefined, mayKeepThePlaces: true };
  const isAdmin = caller.roles.includes('admin');
  return { id: caller.userId, owner: isAdmin ? undefined : caller.userId, mayKeepThePlaces: isAdmin };
}

async function undo(useCases: UseCases, wish: Wish): Promise<Answer> {
  const { intentId, by, part, idempotencyKey } = wish;
  const found = await useCases.readIntent(by.owner, intentId);
  if (found.kind !== 'found') return PAYMENT_NOT_FOUND;
  const { status, amountMinor, currency } = found.intent;
  const isWhole = part === undefined || (part.amount === amountMinor && part.currency === currency);
  if (!isWhole && !by.mayKeepThePlaces) return NO_PARTS;
  if (isWhole && (isOpen(status) || status === 'CANCELLED')) return cancel(useCases, wish);
  const isOver = status === 'FAILED' || status === 'EXPIRED' || status === 'CANCELLED';
  // A key may have given it back itself, and then answers as it did.
  if (isOver || (status === 'REFUNDED' && idempotencyKey === undefined)) return refusalOf({ kind: 'already_ended', status });
  return refund(useCases, wish);
}

async function cancel(useCases: UseCases, wish: Wish): Promise<Answer> {
  const outcome = await useCases.cancelIntent({ userId: wish.by.owner, intentId: wish.intentId });
  // Its result has come since it was read.
  if (outcome.kind === 'already_ended' && outcome.status === 'COMPLETED') return refund(useCases, wish);
  return outcome.kind === 'cancelled' ? undone(outcome.intent, undefined) : refusalOf(outcome);
}

async function refund(useCases: UseCases, { intentId, by, part, reason, idempotencyKey }: Wish): Promise<Answer> {
  const outcome = await useCases.refundIntent({
    callerId: by.id,
    intentId,
    reason,
    amountMinor: part?.amount,
    currency: part?.currency,
    idempotencyKey,
  });
  if (outcome.kind !== 'refunded' && outcome.kind !== 'replayed') return inRefundAmount(refusalOf(outcome));
  return undone(outcome.intent, part?.amount ?? outcome.intent.lastRefundMinor);
}

/** The id of a refund is the id of its event. */
const undone = (intent: Intent, refundedMinor: number | undefined): ResponseOf<Rpc> => ({
  status: WIRE_STATUS[intent.status],
  cancelledAt: timestampOf(intent.changedAtMs),
  refundedAmount: refundedMinor === undefined ? undefined : { amount: refundedMinor, currency: intent.currency },
  refundId: refundedMinor === undefined ? '' : `${intent.id}.${intent.sequence}`,
  error: undefined,
});
