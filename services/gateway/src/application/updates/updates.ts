import { parseId, type Limits, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { Changes } from '../../ports/changes.ts';
import type { PaymentFacts, Payments, PaymentStatus } from '../../ports/payments.ts';
import type { ReservationFacts, Reservations, ReservationStatus } from '../../ports/reservations.ts';
import type { PlaceFacts, PlaceStatus, WaitingRoom } from '../../ports/waiting-room.ts';
import type { FollowDeps, Subject } from './follow-state.ts';
import { openUpdates, type OpenedUpdates } from './open-updates.ts';

export interface UpdatesDeps extends FollowDeps {
  readonly changes: Changes;
  readonly reservations: Pick<Reservations, 'read' | 'list'>;
  readonly payments: Pick<Payments, 'read' | 'list'>;
  readonly limits: Pick<Limits, 'pushTopics'>;
  /** Undefined where there is none: no waiting token is then known. */
  readonly waitingRoom: WaitingRoom | undefined;
}

/** What of a user can be followed. `id` is whatever the client has sent; `seenStateId` what it has seen last. */
export interface Updates {
  reservation(id: string, userId: string, seenStateId?: string): Promise<OpenedUpdates<ReservationFacts>>;
  payment(id: string, userId: string, seenStateId?: string): Promise<OpenedUpdates<PaymentFacts>>;
  /** Ids of the user's reservations that are held now, newest first, so many as one stream may follow. */
  liveReservations(userId: string): Promise<readonly string[]>;
  /** The same of payments without a result. */
  openPayments(userId: string): Promise<readonly string[]>;
  /** The waiting token is the secret: whoever shows it may follow the place. */
  place(waitingToken: string, seenStateId?: string): Promise<OpenedUpdates<PlaceFacts>>;
}

const NOT_FOUND = { kind: 'not_found' } as const;

export const createUpdates = (deps: UpdatesDeps): Updates => ({
  reservation: async (id, userId, seenStateId) =>
    isOf('rsv', id) ? openUpdates(reservationSubject(deps, id as ReservationId, userId), seenStateId, deps) : NOT_FOUND,
  payment: async (id, userId, seenStateId) =>
    isOf('pay', id) ? openUpdates(paymentSubject(deps, id as PaymentIntentId, userId), seenStateId, deps) : NOT_FOUND,
  liveReservations: async (userId) => {
    const page = await deps.reservations.list({ userId, status: 'HOLD', eventId: undefined, after: undefined, limit: deps.limits.pushTopics });
    return page.items.map(({ reservationId }) => reservationId);
  },
  openPayments: async (userId) => {
    const limit = deps.limits.pushTopics;
    const [pending, processing] = await Promise.all([deps.payments.list({ userId, status: 'PENDING', limit }), deps.payments.list({ userId, status: 'PROCESSING', limit })]);
    return [...pending, ...processing].slice(0, limit).map(({ paymentIntentId }) => paymentIntentId);
  },
  place: async (waitingToken, seenStateId) =>
    deps.waitingRoom === undefined ? NOT_FOUND : openUpdates(placeSubject(deps.waitingRoom, waitingToken), seenStateId, deps),
});

const isOf = (prefix: 'rsv' | 'pay', id: string): boolean => parseId(prefix, id) !== undefined;

/** A cancelled reservation stays so; an expired one may still become an order, by a payment that was captured late. */
const FINAL_RESERVATIONS: ReadonlySet<ReservationStatus> = new Set(['CANCELLED', 'REFUNDED']);
/** Of a completed payment parts may go back. */
const FINAL_PAYMENTS: ReadonlySet<PaymentStatus> = new Set(['FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED']);

/** Of a reservation the clock alone changes one thing: its hold is over. So the status is part of what names its state. */
const reservationSubject = ({ reservations, changes }: UpdatesDeps, id: ReservationId, userId: string): Subject<ReservationFacts> => ({
  read: () => reservations.read(id, userId),
  watch: (changed) => changes.watch(id, changed),
  stateIdOf: ({ updatedAtMs, status, holdExpiresAtMs }) => `${updatedAtMs}-${status}-${holdExpiresAtMs}`,
  isFinal: ({ status }) => FINAL_RESERVATIONS.has(status),
  endsAtMs: ({ status, holdExpiresAtMs }) => (status === 'HOLD' ? holdExpiresAtMs : undefined),
});

const paymentSubject = ({ payments, changes }: UpdatesDeps, id: PaymentIntentId, userId: string): Subject<PaymentFacts> => ({
  read: () => payments.read(id, userId),
  watch: (changed) => changes.watch(id, changed),
  stateIdOf: ({ updatedAtMs, status, refundedAmountMinor }) => `${updatedAtMs}-${status}-${refundedAmountMinor}`,
  isFinal: ({ status }) => FINAL_PAYMENTS.has(status),
  endsAtMs: () => undefined,
});

const FINAL_PLACES: ReadonlySet<PlaceStatus> = new Set(['expired', 'left', 'closed']);

/** Leases and rooms are looked after by the waiting room itself, which tells of their ends. */
const placeSubject = (waitingRoom: WaitingRoom, waitingToken: string): Subject<PlaceFacts> => ({
  read: () => waitingRoom.status(waitingToken),
  watch: (changed) => waitingRoom.watch(waitingToken, changed),
  stateIdOf: ({ status, position, reason }) => `${status}-${position ?? 0}-${reason ?? ''}`,
  isFinal: isOver,
  endsAtMs: () => undefined,
});

/** Whether nothing follows any more. */
export const isOver = ({ status }: PlaceFacts): boolean => FINAL_PLACES.has(status);
