import type { Joinable, Unit, Units } from '@traffic-tacos/journal';
import { Contended, parseId, present, sameWords, type Clock, type EpochMs, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { announce } from '../../domain/announcement.ts';
import { begin, enter, extended, failedAgain, naming } from '../../domain/change.ts';
import { judgeCancel, judgeConfirm, judgeExpire, judgeExtend, judgeFailedPayment, judgeRefund, type ConfirmJudgement, type IntentFacts } from '../../domain/judge.ts';
import { orderIdOf, reservationIdOf } from '../../domain/order.ts';
import { FOLLOWING, isCommitting, isGivenBack, statusAt, type Reservation } from '../../domain/reservation.ts';
import type {
  CancelOutcome, CancelReservation, ChangeContext, ConfirmOutcome, ConfirmReservation, ConfirmSteps, CreateOutcome, CreateReservation,
  ExpireReservationOutcome, ExtendReservation, ExtendReservationOutcome, FollowOutcome, KeyFacts, ListFilter, OrderWithFacts, OwnerCheck, Page,
  PreparedSeats, ReservationStore, SeatsNeeded,
} from '../../ports/reservation-store.ts';
import type { ExpireOutcome, ExtendOutcome, HoldOutcome, ReleaseOutcome, ReturnOutcome } from '../../ports/seat-holder.ts';
import type { ReservationTables } from './tables.ts';

type KeyVerdict = { readonly kind: 'new' } | { readonly kind: 'replayed'; readonly reservation: Reservation } | { readonly kind: 'idempotency_conflict' };

type SeatsJudgement = Extract<ConfirmJudgement, { readonly kind: 'commit' }>;

const NEW_KEY: KeyVerdict = { kind: 'new' };

/** Reservations in this process: every decision joins one unit of work, which is one entry of the journal. */
export class EmbeddedReservationStore implements ReservationStore {
  readonly #tables: ReservationTables;
  readonly #units: Units;
  readonly #clock: Clock;

  constructor(tables: ReservationTables, units: Units, clock: Clock) {
    this.#tables = tables;
    this.#units = units;
    this.#clock = clock;
  }

  create(command: CreateReservation, hold: Joinable<HoldOutcome>): Promise<CreateOutcome> {
    return this.#units.run((unit) => this.#decideCreate(unit, command, hold));
  }

  confirm(command: ConfirmReservation, steps: ConfirmSteps): Promise<ConfirmOutcome | SeatsNeeded> {
    return this.#units.run((unit) => this.#decideConfirm(unit, command, steps));
  }

  nameIntent(id: ReservationId, paymentIntentId: PaymentIntentId): Promise<boolean> {
    return this.#units.run((unit) => {
      const reservation = this.#tables.reservations.read(id);
      if (reservation === undefined || !FOLLOWING[reservation.status].includes('CONFIRMED')) return false;
      if (isCommitting(reservation)) return reservation.paymentIntentId === paymentIntentId;
      if (isGivenBack(reservation, paymentIntentId)) return false;
      unit.write(this.#tables.reservations, naming(reservation, paymentIntentId, this.#clock.nowMs()));
      return true;
    });
  }

  committing(): readonly Reservation[] {
    return this.#tables.reservations.committing();
  }

  cancel(command: CancelReservation, release: Joinable<ReleaseOutcome>): Promise<CancelOutcome> {
    return this.#units.run((unit) => this.#decideCancel(unit, command, release));
  }

  extend(command: ExtendReservation, extendHold: Joinable<ExtendOutcome>): Promise<ExtendReservationOutcome> {
    return this.#units.run((unit) => this.#decideExtend(unit, command, extendHold));
  }

  expire(id: ReservationId, traceId: string, expireHold: Joinable<ExpireOutcome>): Promise<ExpireReservationOutcome> {
    return this.#units.run((unit) => this.#decideExpire(unit, id, traceId, expireHold));
  }

  releaseOrphan(id: ReservationId, release: Joinable<ReleaseOutcome>): Promise<'released' | 'nothing_to_do'> {
    return this.#units.run((unit) => (this.#tables.reservations.read(id) === undefined && release(unit).kind === 'released' ? 'released' : 'nothing_to_do'));
  }

  failByPayment(
    id: ReservationId, traceId: string, readIntent: Joinable<IntentFacts | undefined>, release: Joinable<ReleaseOutcome>,
  ): Promise<FollowOutcome> {
    return this.#units.run((unit) => {
      const nowMs = this.#clock.nowMs();
      const reservation = this.#tables.reservations.read(id);
      if (reservation === undefined) return { kind: 'reservation_not_found' };
      const intent = readIntent(unit);
      if (intent === undefined || judgeFailedPayment(reservation, intent, nowMs).kind === 'nothing_to_do') return { kind: 'nothing_to_do' };
      if (release(unit).kind !== 'released') return { kind: 'nothing_to_do' };
      const failed = enter(reservation, 'FAILED', nowMs, { failure: 'FAILED_PAYMENT' });
      this.#record(unit, failed, { traceId, key: undefined }, nowMs);
      return { kind: 'followed', reservation: failed };
    });
  }

  refundByPayment(
    id: ReservationId, traceId: string, readIntent: Joinable<IntentFacts | undefined>, returnSeats: Joinable<ReturnOutcome>,
  ): Promise<FollowOutcome> {
    return this.#units.run((unit) => {
      const nowMs = this.#clock.nowMs();
      const reservation = this.#tables.reservations.read(id);
      if (reservation === undefined) return { kind: 'reservation_not_found' };
      const intent = readIntent(unit);
      if (isCommitting(reservation) && reservation.paymentIntentId === intent?.id) throw new Contended('the refunded payment is being confirmed');
      if (intent === undefined || judgeRefund(reservation, intent).kind === 'nothing_to_do') return { kind: 'nothing_to_do' };
      if (returnSeats(unit).kind !== 'returned') return { kind: 'nothing_to_do' };
      const refunded = enter(reservation, 'REFUNDED', nowMs);
      const order = present(this.#tables.orders.read(orderIdOf(id)), 'the order of a confirmed reservation');
      this.#record(unit, refunded, { traceId, key: undefined }, nowMs);
      unit.write(this.#tables.orders, { ...order, version: order.version + 1, status: 'REFUNDED' });
      return { kind: 'followed', reservation: refunded };
    });
  }

  async read(id: ReservationId): Promise<Reservation | undefined> {
    const found = this.#tables.reservations.read(id);
    await this.#units.durable();
    return found;
  }

  async list(filter: ListFilter): Promise<Page<Reservation>> {
    const page = this.#page(filter, (reservation, nowMs) => filter.status === undefined || statusAt(reservation, nowMs) === filter.status);
    await this.#units.durable();
    return page;
  }

  async readOrder(orderId: string): Promise<OrderWithFacts | undefined> {
    const found = this.#orderOf(orderId);
    await this.#units.durable();
    return found;
  }

  async listOrders(filter: ListFilter): Promise<Page<OrderWithFacts>> {
    const after = filter.after === undefined ? undefined : reservationIdOf(filter.after);
    const { items, next } = this.#page({ ...filter, after }, hasOrder);
    const orders = items.map((reservation) => present(this.#orderOf(orderIdOf(reservation.id)), 'order'));
    await this.#units.durable();
    return { items: orders, next: next === undefined ? undefined : orderIdOf(next as ReservationId) };
  }

  due(nowMs: EpochMs, limit: number): readonly ReservationId[] {
    return this.#tables.reservations.takeDue(nowMs, limit);
  }

  retryDue(id: ReservationId, atMs: EpochMs): void {
    this.#tables.reservations.requeue(id, atMs);
  }

  nextDueAtMs(): number | undefined {
    return this.#tables.reservations.nextDueAtMs();
  }

  #decideCreate(unit: Unit, command: CreateReservation, hold: Joinable<HoldOutcome>): CreateOutcome {
    const nowMs = this.#clock.nowMs();
    const key = this.#judgeKey(command.key, nowMs);
    if (key.kind !== 'new') return key;
    this.#tables.reservations.assertRoom(command.userId);
    const outcome = hold(unit);
    if (outcome.kind !== 'held') return outcome;
    const id = outcome.adopted ?? command.reservationId;
    const known = outcome.adopted === undefined ? undefined : this.#tables.reservations.read(id);
    if (known !== undefined) return { kind: 'replayed', reservation: known };
    const isAdmitted = command.grant?.isLive() === true;
    if (outcome.demandsAdmission === true && !isAdmitted) return { kind: 'admission_over', orphan: id };
    const reservation = begin(id, command.userId, outcome.held);
    if (isAdmitted) command.grant?.spend(unit, id);
    this.#record(unit, reservation, command, nowMs);
    return { kind: 'created', reservation };
  }

  #decideConfirm(unit: Unit, command: ConfirmReservation, steps: ConfirmSteps): ConfirmOutcome | SeatsNeeded {
    const nowMs = this.#clock.nowMs();
    const key = this.#judgeKey(command.key, nowMs);
    if (key.kind === 'idempotency_conflict') return key;
    if (key.kind === 'replayed') return { kind: 'confirmed', reservation: key.reservation, replayed: true };
    const reservation = this.#owned(command.reservationId, command.owner);
    if (reservation === undefined) return { kind: 'reservation_not_found' };
    const read = steps.readIntent(unit);
    const intent = read !== undefined && read.reservationId === reservation.id && read.userId === reservation.userId ? read : undefined;
    const judged = judgeConfirm(reservation, intent, nowMs);
    switch (judged.kind) {
      case 'already_confirmed_with_this_payment':
        this.#remember(unit, reservation, command.key, nowMs);
        return { kind: 'confirmed', reservation, replayed: false };
      case 'already_confirmed':
        if (judged.refund) steps.refund(unit, 'other_payment_won');
        return { kind: 'already_confirmed' };
      case 'already_cancelled':
        if (judged.refund) steps.refund(unit, 'reservation_cancelled');
        return { kind: 'already_cancelled' };
      case 'payment_differs':
        if (intent?.isCaptured === true) steps.refund(unit, 'amount_differs');
        return judged;
      case 'reservation_expired':
        if (judged.refund) steps.refund(unit, 'seats_gone');
        return { kind: 'reservation_expired', refunding: judged.refund };
      case 'payment_not_approved':
        return judged;
      case 'commit':
        if (!isPreparedFor(judged, steps.seats)) return { kind: 'seats_needed', reacquire: judged.reacquire, giveBack: judged.giveBack };
        return this.#commit(unit, reservation, command, steps.seats, steps.refund, nowMs);
    }
  }

  /** Follows the seats' answer: the order is made, or the money goes back. */
  #commit(
    unit: Unit, reservation: Reservation, command: ConfirmReservation, { reacquire, commit, giveBack }: PreparedSeats, refund: ConfirmSteps['refund'], nowMs: EpochMs,
  ): ConfirmOutcome | SeatsNeeded {
    const { paymentIntentId, ticketSecret } = command;
    const seats = commit(unit);
    // The hold's instant has come between this judgement and that of the seats, which nobody else may have taken yet.
    if (seats.kind === 'hold_expired' && !reacquire) return { kind: 'seats_needed', reacquire: true, giveBack: false };
    if (seats.kind === 'committed' && giveBack === undefined) {
      const confirmed = enter(reservation, 'CONFIRMED', nowMs, { paymentIntentId });
      this.#record(unit, confirmed, command, nowMs);
      unit.write(this.#tables.orders, {
        id: orderIdOf(reservation.id), version: 1, status: 'CONFIRMED', paymentIntentId, createdAtMs: nowMs, ticketSecret,
      });
      return { kind: 'confirmed', reservation: confirmed, replayed: false };
    }
    if (giveBack === undefined) refund(unit, 'seats_gone');
    else if (seats.kind === 'committed' && giveBack(unit).kind !== 'returned') throw new Contended('seats that were just sold are not to be returned');
    this.#fail(unit, reservation, command, nowMs);
    return { kind: 'reservation_expired', refunding: giveBack === undefined };
  }

  /** There are no seats for the payment, and the reservation remembers that it goes back. */
  #fail(unit: Unit, reservation: Reservation, { paymentIntentId, traceId }: ConfirmReservation, nowMs: EpochMs): void {
    if (reservation.status !== 'FAILED') {
      const failed = enter(reservation, 'FAILED', nowMs, { failure: 'SEATS_GONE', paymentIntentId });
      this.#record(unit, failed, { traceId, key: undefined }, nowMs);
    } else if (isCommitting(reservation)) unit.write(this.#tables.reservations, failedAgain(reservation, paymentIntentId, nowMs));
  }

  #decideCancel(unit: Unit, command: CancelReservation, release: Joinable<ReleaseOutcome>): CancelOutcome {
    const nowMs = this.#clock.nowMs();
    const key = this.#judgeKey(command.key, nowMs);
    if (key.kind === 'idempotency_conflict') return key;
    if (key.kind === 'replayed') return { kind: 'cancelled', reservation: key.reservation, replayed: true };
    const reservation = this.#owned(command.reservationId, command.owner);
    if (reservation === undefined) return { kind: 'reservation_not_found' };
    const judged = judgeCancel(reservation, nowMs);
    if (judged.kind === 'already_cancelled') {
      this.#remember(unit, reservation, command.key, nowMs);
      return { kind: 'cancelled', reservation, replayed: false };
    }
    if (judged.kind !== 'release') return judged;
    const seats = release(unit);
    if (seats.kind === 'hold_expired') return { kind: 'reservation_expired' };
    if (seats.kind === 'already_committed') return { kind: 'already_confirmed' };
    const cancelled = enter(reservation, 'CANCELLED', nowMs);
    this.#record(unit, cancelled, command, nowMs);
    return { kind: 'cancelled', reservation: cancelled, replayed: false };
  }

  #decideExtend(unit: Unit, command: ExtendReservation, extendHold: Joinable<ExtendOutcome>): ExtendReservationOutcome {
    const nowMs = this.#clock.nowMs();
    const key = this.#judgeKey(command.key, nowMs);
    if (key.kind === 'idempotency_conflict') return key;
    if (key.kind === 'replayed') return { kind: 'extended', reservation: key.reservation, replayed: true };
    const reservation = this.#owned(command.reservationId, command.owner);
    if (reservation === undefined) return { kind: 'reservation_not_found' };
    const judged = judgeExtend(reservation, command.byMs, command.maxMs, nowMs);
    if (judged.kind === 'already_extended') {
      this.#remember(unit, reservation, command.key, nowMs);
      return { kind: 'extended', reservation, replayed: false };
    }
    if (judged.kind === 'extension_not_allowed') return { kind: 'extension_not_allowed' };
    if (judged.kind !== 'extend') return judged;
    const seats = extendHold(unit);
    if (seats.kind === 'hold_expired' || seats.kind === 'hold_not_found') return { kind: 'reservation_expired' };
    if (seats.kind === 'extension_not_allowed') return seats;
    const longer = extended(reservation, command.byMs, nowMs);
    unit.write(this.#tables.reservations, longer);
    this.#remember(unit, longer, command.key, nowMs);
    return { kind: 'extended', reservation: longer, replayed: false };
  }

  #decideExpire(unit: Unit, id: ReservationId, traceId: string, expireHold: Joinable<ExpireOutcome>): ExpireReservationOutcome {
    const nowMs = this.#clock.nowMs();
    const reservation = this.#tables.reservations.read(id);
    if (reservation === undefined) return { kind: 'reservation_not_found' };
    const judged = judgeExpire(reservation, nowMs);
    if (judged.kind !== 'expire') return judged;
    const seats = expireHold(unit);
    if (seats.kind === 'not_due') return { kind: 'not_due' };
    const expired = enter(reservation, 'EXPIRED', nowMs);
    this.#record(unit, expired, { traceId, key: undefined }, nowMs);
    return { kind: 'expired', reservation: expired };
  }

  /** The reservation, its announcement and its key, in the unit that also carries the seats. */
  #record(unit: Unit, reservation: Reservation, context: ChangeContext, nowMs: EpochMs): void {
    unit.write(this.#tables.reservations, reservation);
    unit.write(this.#tables.outbox, announce(reservation, context.traceId));
    this.#remember(unit, reservation, context.key, nowMs);
  }

  #remember(unit: Unit, reservation: Reservation, key: KeyFacts | undefined, nowMs: EpochMs): void {
    if (key === undefined) return;
    this.#tables.keys.assertRoom(nowMs);
    const words = present(parseId('rsv', reservation.id), 'reservation id');
    unit.write(this.#tables.keys, { digest: key.digest, fingerprint: key.fingerprint, reservation: words, rememberedAtMs: nowMs });
  }

  #judgeKey(key: KeyFacts | undefined, nowMs: EpochMs): KeyVerdict {
    if (key === undefined) return NEW_KEY;
    const known = this.#tables.keys.find(key.digest, nowMs);
    if (known === undefined) return NEW_KEY;
    if (!sameWords(known.fingerprint, key.fingerprint)) return { kind: 'idempotency_conflict' };
    return { kind: 'replayed', reservation: present(this.#tables.reservations.byWords(known.reservation), 'the reservation of a live key') };
  }

  #owned(id: ReservationId, owner: OwnerCheck): Reservation | undefined {
    const reservation = this.#tables.reservations.read(id);
    return reservation !== undefined && (owner === undefined || reservation.userId === owner) ? reservation : undefined;
  }

  #orderOf(orderId: string): OrderWithFacts | undefined {
    const order = this.#tables.orders.read(orderId);
    if (order === undefined) return undefined;
    return { order, reservation: present(this.#tables.reservations.read(reservationIdOf(order.id)), 'the reservation of an order') };
  }

  /** Looks at a bounded number of rows: a page may be short, and its `next` leads on. */
  #page(filter: ListFilter, admits: (reservation: Reservation, nowMs: EpochMs) => boolean): Page<Reservation> {
    const nowMs = this.#clock.nowMs();
    const items: Reservation[] = [];
    let next: string | undefined;
    let looked = 0;
    let last: string | undefined;
    this.#tables.reservations.visitOfUser(filter.userId, filter.after, (reservation) => {
      const isFull = items.length === filter.limit || looked === ROWS_PER_PAGE;
      if (isFull) next = last;
      else {
        looked++;
        last = reservation.id;
        if ((filter.eventId === undefined || reservation.eventId === filter.eventId) && admits(reservation, nowMs)) items.push(reservation);
      }
      return !isFull;
    });
    return { items, next };
  }
}

/** Whether the seats' steps are those that the judgement asks for. */
const isPreparedFor = (judged: SeatsJudgement, seats: PreparedSeats | undefined): seats is PreparedSeats =>
  seats !== undefined && seats.reacquire === judged.reacquire && (seats.giveBack !== undefined) === judged.giveBack;

/** An order is made with the confirmation, and stays. */
const hasOrder = ({ status }: Reservation): boolean => status === 'CONFIRMED' || status === 'REFUNDED';

/** What one page may look at: about a millisecond's work. */
const ROWS_PER_PAGE = 1_000;
