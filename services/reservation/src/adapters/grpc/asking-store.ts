import type { Joinable, Unit } from '@traffic-tacos/journal';
import { Contended, type EpochMs, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { IntentFacts } from '../../domain/judge.ts';
import { isCommitting, type Reservation } from '../../domain/reservation.ts';
import { askAndDecide } from '../../ports/not-asked.ts';
import type {
  CancelOutcome, CancelReservation, ConfirmOutcome, ConfirmReservation, ConfirmSteps, CreateOutcome, CreateReservation, ExpireReservationOutcome,
  ExtendReservation, ExtendReservationOutcome, FollowOutcome, ListFilter, OrderWithFacts, Page, ReservationStore, SeatsNeeded,
} from '../../ports/reservation-store.ts';
import type { ExpireOutcome, ExtendOutcome, HoldOutcome, ReleaseOutcome, ReturnOutcome } from '../../ports/seat-holder.ts';
import type { RefundsAfterwards } from './refunds-afterwards.ts';

/**
 * A store whose reservations have their seats and payments in other processes. Each decision is made first as far as it goes without them, then
 * they are asked, then it is made again with their answer. Reservation and order only roll forward: what the others have done is never
 * undone here, and what has been begun is carried through, after a crash too.
 */
export class AskingStore implements ReservationStore {
  readonly #store: ReservationStore;
  readonly #refunds: RefundsAfterwards;
  readonly #begun = new Map<ReservationId, PaymentIntentId>();
  readonly #turns = new Map<ReservationId, Promise<unknown>>();

  constructor(store: ReservationStore, refunds: RefundsAfterwards) {
    this.#store = store;
    this.#refunds = refunds;
  }

  /** Commits that have been begun and are not known to have been answered, by reservation. */
  get begun(): ReadonlyMap<ReservationId, PaymentIntentId> {
    return this.#begun;
  }

  /** Looks for commits that an earlier process has begun. Called once, after recovery. */
  recover(): void {
    for (const { id, paymentIntentId } of this.#store.committing()) if (paymentIntentId !== undefined) this.#begun.set(id, paymentIntentId);
  }

  create(command: CreateReservation, hold: Joinable<HoldOutcome>): Promise<CreateOutcome> {
    return askAndDecide(() => this.#store.create(command, hold));
  }

  /** The row names the payment before the seats are asked, and the payment is read again after that. */
  async confirm(command: ConfirmReservation, steps: ConfirmSteps): Promise<ConfirmOutcome | SeatsNeeded> {
    const { reservationId, paymentIntentId } = command;
    const decide = (): Promise<ConfirmOutcome | SeatsNeeded> => this.#withRefund(steps, (watched) => this.#confirm(command, watched));
    const outcome = await (steps.seats === undefined ? decide() : this.#inTurn(reservationId, decide));
    if (outcome.kind !== 'seats_needed') {
      await this.#forgetEnded(reservationId);
      return outcome;
    }
    return (await this.nameIntent(reservationId, paymentIntentId)) ? { ...outcome, reacquire: true } : outcome;
  }

  async nameIntent(id: ReservationId, paymentIntentId: PaymentIntentId): Promise<boolean> {
    const isNamed = await this.#store.nameIntent(id, paymentIntentId);
    if (isNamed) this.#begun.set(id, paymentIntentId);
    return isNamed;
  }

  cancel(command: CancelReservation, release: Joinable<ReleaseOutcome>): Promise<CancelOutcome> {
    return askAndDecide(() => this.#store.cancel(command, release));
  }

  extend(command: ExtendReservation, extendHold: Joinable<ExtendOutcome>): Promise<ExtendReservationOutcome> {
    return askAndDecide(() => this.#store.extend(command, extendHold));
  }

  expire(id: ReservationId, traceId: string, expireHold: Joinable<ExpireOutcome>): Promise<ExpireReservationOutcome> {
    return askAndDecide(() => this.#store.expire(id, traceId, expireHold));
  }

  releaseOrphan(id: ReservationId, release: Joinable<ReleaseOutcome>): Promise<'released' | 'nothing_to_do'> {
    return askAndDecide(() => this.#store.releaseOrphan(id, release));
  }

  failByPayment(
    id: ReservationId, traceId: string, readIntent: Joinable<IntentFacts | undefined>, release: Joinable<ReleaseOutcome>,
  ): Promise<FollowOutcome> {
    return askAndDecide(() => this.#store.failByPayment(id, traceId, readIntent, release));
  }

  refundByPayment(
    id: ReservationId, traceId: string, readIntent: Joinable<IntentFacts | undefined>, returnSeats: Joinable<ReturnOutcome>,
  ): Promise<FollowOutcome> {
    return askAndDecide(() => this.#store.refundByPayment(id, traceId, readIntent, returnSeats));
  }

  committing = (): readonly Reservation[] => this.#store.committing();
  read = (id: ReservationId): Promise<Reservation | undefined> => this.#store.read(id);
  list = (filter: ListFilter): Promise<Page<Reservation>> => this.#store.list(filter);
  readOrder = (orderId: string): Promise<OrderWithFacts | undefined> => this.#store.readOrder(orderId);
  listOrders = (filter: ListFilter): Promise<Page<OrderWithFacts>> => this.#store.listOrders(filter);
  due = (nowMs: EpochMs, limit: number): readonly ReservationId[] => this.#store.due(nowMs, limit);
  retryDue = (id: ReservationId, atMs: EpochMs): void => this.#store.retryDue(id, atMs);
  nextDueAtMs = (): number | undefined => this.#store.nextDueAtMs();

  #confirm(command: ConfirmReservation, steps: ConfirmSteps): Promise<ConfirmOutcome | SeatsNeeded> {
    const { reservationId, paymentIntentId } = command;
    return askAndDecide(
      () => this.#store.confirm(command, steps),
      async (question) => {
        // The payment that is decided on was read after it had been named; a row that names it no more may have seen it go back since.
        const row = await this.#store.read(reservationId);
        if (row === undefined || !isCommitting(row) || row.paymentIntentId !== paymentIntentId) throw new Contended('the reservation changed while it was being confirmed');
        await question.ask();
      },
    );
  }

  /**
   * One commit of a reservation is asked and written down after the other: an answer that another one overtakes would be of seats that
   * nobody's row tells of. Whoever waits for one that is not answered is told the same.
   */
  async #inTurn<Outcome>(id: ReservationId, work: () => Promise<Outcome>): Promise<Outcome> {
    const before = this.#turns.get(id);
    const run = before === undefined ? work() : before.then(work);
    this.#turns.set(id, run);
    try {
      return await run;
    } finally {
      if (this.#turns.get(id) === run) this.#turns.delete(id);
    }
  }

  /** A refusal says nothing of the commit that somebody else has begun: that is over when the row says so. */
  async #forgetEnded(id: ReservationId): Promise<void> {
    const begun = this.#begun.get(id);
    if (begun === undefined) return;
    const row = await this.#store.read(id);
    if ((row === undefined || !isCommitting(row)) && this.#begun.get(id) === begun) this.#begun.delete(id);
  }

  /** A refund is begun once the decision that asks for it is on disk. A decision that was overtaken has asked for nothing. */
  async #withRefund<Outcome>(steps: ConfirmSteps, decide: (watched: ConfirmSteps) => Promise<Outcome>): Promise<Outcome> {
    let last: Unit | undefined;
    const readIntent: ConfirmSteps['readIntent'] = (unit) => {
      last = unit;
      return steps.readIntent(unit);
    };
    const outcome = await decide({ ...steps, readIntent });
    if (last !== undefined) this.#refunds.begin(last);
    return outcome;
  }
}
