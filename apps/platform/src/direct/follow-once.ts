import type { Joinable, RememberedIds, Unit, Units } from '@traffic-tacos/journal';
import type { Clock, PaymentIntentId } from '@traffic-tacos/kernel';
import type { IntentStatus, PaymentService } from '@traffic-tacos/payment';
import { followApproval, followFailure, followRefund, type ReservationContext } from '@traffic-tacos/reservation';

export interface FollowOnceDeps {
  readonly payment: () => Pick<PaymentService, 'calls'>;
  readonly context: () => ReservationContext;
  readonly units: Units;
  readonly ids: RememberedIds;
  readonly clock: Clock;
}

type Follow = typeof followApproval | typeof followFailure | typeof followRefund;
/** What a payment's result has come to. */
export type FollowedOutcome = Awaited<ReturnType<Follow>>;

/** What follows from the state that a payment is in; nothing from the others, whatever a message says. */
const FOLLOWS: Readonly<Partial<Record<IntentStatus, Follow>>> = { COMPLETED: followApproval, FAILED: followFailure, REFUNDED: followRefund };

/** `outcome` is undefined where nothing follows from the state that the payment is in. */
export type FollowedOnce =
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'payment_not_found' }
  | { readonly kind: 'followed'; readonly outcome: FollowedOutcome | undefined };

/**
 * Follows a payment's result in the same process: the payment is read again, and the id of the message goes into the very entry of the effect. So
 * a crash leaves both or neither, and a repetition finds the one or the other. Without an id the payment's own state tells a repetition.
 */
export const followOnce =
  ({ payment, context, units, ids, clock }: FollowOnceDeps) =>
  async (messageId: string | undefined, paymentIntentId: PaymentIntentId): Promise<FollowedOnce> => {
    if (messageId !== undefined && ids.has(messageId)) {
      await units.durable();
      return { kind: 'duplicate' };
    }
    const intent = await payment().calls.read(paymentIntentId);
    if (intent === undefined) return { kind: 'payment_not_found' };
    const remember = (unit: Unit): void => {
      if (messageId === undefined) return;
      const isStaged = unit.staged.some(({ table }) => table === ids);
      if (!isStaged && !ids.has(messageId)) unit.write(ids, { id: messageId, followedAtMs: clock.nowMs() });
    };
    const { reservationId, traceId } = intent;
    const outcome = await FOLLOWS[intent.status]?.(withEffects(context(), remember), { paymentIntentId, reservationId, traceId });
    // Where nothing was left to follow, the message is remembered by itself. What was not there may come yet, and until then each attempt has to fail.
    if (outcome?.kind !== 'reservation_not_found') await units.run(remember);
    return { kind: 'followed', outcome };
  };

/** The same context, whose every effect on seats and money also runs `remember` in its unit. A step that changes nothing does not. */
function withEffects(context: ReservationContext, remember: (unit: Unit) => void): ReservationContext {
  const { seats, payments } = context;
  const effect =
    <Outcome extends { readonly kind: string }>(step: Joinable<Outcome>, kind: Outcome['kind']): Joinable<Outcome> =>
    (unit) => {
      const outcome = step(unit);
      if (outcome.kind === kind) remember(unit);
      return outcome;
    };
  return {
    ...context,
    seats: {
      hold: (command) => seats.hold(command),
      commit: async (reservationId, orderId, options) => effect(await seats.commit(reservationId, orderId, options), 'committed'),
      release: async (reservationId) => effect(await seats.release(reservationId), 'released'),
      expire: (reservationId) => seats.expire(reservationId),
      extend: (reservationId, byMs) => seats.extend(reservationId, byMs),
      return: async (orderId) => effect(await seats.return(orderId), 'returned'),
    },
    payments: {
      read: (intentId) => payments.read(intentId),
      findCaptured: (reservationId) => payments.findCaptured(reservationId),
      refund: (unit, intentId, reason) => {
        payments.refund(unit, intentId, reason);
        remember(unit);
      },
    },
  };
}
