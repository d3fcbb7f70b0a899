import { parseId, type PaymentIntentId, type ReservationId, type UserId } from '@traffic-tacos/kernel';
import type { IntentStatus } from '../domain/intent-states.ts';
import type { IntentPage, PaymentStore } from '../ports/payment-store.ts';

/** Whose intents: a user's, those for one reservation or all; or all for one reservation, for a service that names no user. */
type ListedIntents =
  | { readonly userId: UserId; readonly reservationId: string | undefined }
  | { readonly userId: undefined; readonly reservationId: string };

export type ListIntentsRequest = ListedIntents & {
  readonly status: IntentStatus | undefined;
  /** The `next` of the page before. */
  readonly after: PaymentIntentId | undefined;
  readonly limit: number;
};

export type ListIntents = (request: ListIntentsRequest) => Promise<IntentPage>;

/** A user's own intents, newest first. A reservation that is not theirs has none, as one that does not exist. */
export function createListIntents(store: PaymentStore): ListIntents {
  return async (request) => {
    const { reservationId, status, after, limit } = request;
    if (request.userId !== undefined && reservationId === undefined) return store.listByUser({ userId: request.userId, status, after, limit });
    if (reservationId === undefined || !isReservationId(reservationId)) return { intents: [], next: undefined };
    const own = await store.listByReservation(reservationId, request.userId);
    const rest = own.filter((intent) => (status === undefined || intent.status === status) && (after === undefined || intent.id < after));
    const intents = rest.slice(0, limit);
    return { intents, next: rest.length > limit ? intents.at(-1)?.id : undefined };
  };
}

const isReservationId = (text: string): text is ReservationId => parseId('rsv', text) !== undefined;
