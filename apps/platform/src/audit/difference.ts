import type { InventoryDifference } from '@traffic-tacos/inventory';

/**
 * What is done about a difference. `heal`: a rule puts it right, as long as that can be decided. `alarm`: it is told, and a person decides.
 * `stop`: nothing but a fault of ours can have made it, so that whatever is answered next may be wrong too: the process refuses everything
 * and ends.
 */
export type DifferenceRule = 'heal' | 'alarm' | 'stop';

export interface DifferenceFacts {
  /** What is not as it should be, in a sentence. */
  readonly means: string;
  readonly rule: DifferenceRule;
  /** What is done, or has to be done, about it. */
  readonly follows: string;
}

/** Between the records of several services, and between a record and its instant. */
export type RecordDifference =
  | 'hold_without_reservation'
  | 'reservation_without_hold'
  | 'reservation_differs_from_hold'
  | 'reservation_and_hold_disagree'
  | 'reservation_and_order_disagree'
  | 'order_without_reservation'
  | 'order_of_other_payment'
  | 'order_without_payment'
  | 'order_paid_by_other'
  | 'order_price_differs'
  | 'order_not_paid'
  | 'order_refund_not_followed'
  | 'refund_not_made'
  | 'captured_without_order'
  | 'key_without_effect'
  | 'memory_behind_history'
  | 'history_damaged'
  | 'hold_extended_under_reservation'
  | 'hold_released_under_reservation'
  | 'sold_without_order'
  | 'returned_under_order'
  | 'expiry_overdue'
  | 'settlement_overdue'
  | 'failure_not_followed'
  | 'outbox_overdue'
  | 'admission_without_hold'
  | 'places_out_of_order'
  | 'admin_trail_broken';

export type DifferenceKind = InventoryDifference | RecordDifference;

const stop = (means: string): DifferenceFacts => ({ means, rule: 'stop', follows: 'The process ends. `npx tacos audit` names everything that is wrong; a backup, or the journal cut before it, is the way back. `BREACH_POLICY=alarm` lets it go on meanwhile.' });
const alarm = (means: string, follows: string): DifferenceFacts => ({ means, rule: 'alarm', follows });
const heal = (means: string, follows: string): DifferenceFacts => ({ means, rule: 'heal', follows });

/** Every difference that there can be between records, by name: a closed list. The reference page is made from it. */
export const DIFFERENCES: Readonly<Record<DifferenceKind, DifferenceFacts>> = {
  places_do_not_add_up: stop('Free, held, sold and blocked places of a section do not add up to its capacity, or one of them is negative.'),
  books_differ_from_holds: stop('A section counts other places as held or sold than its holds have.'),
  seat_of_another: stop('A seat is not in the state, or not of the owner, that the hold which has it says.'),
  hold_ended_early: stop('A hold was expired before its instant.'),
  hold_committed_late: stop('A hold was committed at its instant or after it, by no payment that was captured late.'),
  hold_without_reservation: stop('A hold that was made with a reservation has none.'),
  reservation_without_hold: stop('A reservation has no hold.'),
  reservation_differs_from_hold: stop('A reservation and its hold name another user, event, seats or price.'),
  reservation_and_hold_disagree: alarm(
    'A reservation and its hold are in states that do not go together, in a way that no rule puts right.',
    'A person looks whose places they are: somebody may have ended or sold the hold at the inventory itself.',
  ),
  reservation_and_order_disagree: stop('A reservation has an order that its status does not have, or lacks the one that it has.'),
  order_without_reservation: stop('An order has no reservation.'),
  order_of_other_payment: stop('An order names another payment than its reservation.'),
  order_without_payment: stop('The payment of an order does not exist.'),
  order_paid_by_other: stop('The payment of an order is of another user or another reservation.'),
  order_price_differs: stop('The payment of an order is of another amount or currency than its reservation.'),
  order_not_paid: stop('An order stands on a payment that was never captured.'),
  order_refund_not_followed: heal('All of a payment went back, and its order still stands.', 'The seats are returned, the tickets are void, and the order is REFUNDED.'),
  refund_not_made: heal('An order is REFUNDED, and its payment was not given back.', 'The payment is refunded.'),
  captured_without_order: heal(
    'Money was captured that no standing order was paid with.',
    'The reservation is confirmed where its places can be had, or had again, and the payment is refunded otherwise.',
  ),
  key_without_effect: stop('A live idempotency key leads to nothing.'),
  memory_behind_history: stop('The history has a later version of a record than memory.'),
  history_damaged: stop('The file of the history is damaged.'),
  hold_extended_under_reservation: heal('A hold ends at another instant than its reservation says.', 'The reservation takes the instant over: its hold decides.'),
  hold_released_under_reservation: heal('A live reservation has a hold that was released.', 'The reservation is FAILED, and its buyer told that the places are gone.'),
  sold_without_order: heal(
    'Places are sold for a reservation that has no order.',
    'A captured payment makes the order. Without one it is told: somebody has sold them at the inventory itself.',
  ),
  returned_under_order: heal('The places of a standing order were given back at the inventory.', 'Its payment is refunded, and with that the order.'),
  expiry_overdue: heal('A hold is over, and nobody has recorded it.', 'It is recorded, and told. Whoever asked had the right answer all along.'),
  settlement_overdue: heal('A payment has its result, or is over, and nobody has recorded it.', 'It is recorded, and told.'),
  admission_without_hold: stop('A place of a waiting room counts as holding seats, and its reservation does not exist or is over.'),
  places_out_of_order: stop('Two places of a lane have one arrival, or somebody who came later stands before somebody who came earlier.'),
  admin_trail_broken: alarm('An entry of the admins\' audit trail is not the one that was written, or the one before it is missing.', 'A person looks who could write to the data directory; a backup has the trail as it was.'),
  outbox_overdue: alarm(
    'Changes have waited for half a minute to be handed over to the bus.',
    'The relay goes on by itself, and nothing is lost; a person looks what is in its way: the bus, or a disk that cannot be read.',
  ),
  failure_not_followed: heal('A payment failed, and its hold is still live although `PAYMENT_FAILED_POLICY=release`.', 'The hold ends, and the reservation is FAILED.'),
};
