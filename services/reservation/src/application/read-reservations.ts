import { parseId, type ReservationId } from '@traffic-tacos/kernel';
import type { Reservation } from '../domain/reservation.ts';
import type { ListFilter, OrderWithFacts, Page } from '../ports/reservation-store.ts';
import type { ReservationContext } from './context.ts';

/** A reservation of this owner (of anybody, for a service: `owner` undefined). Somebody else's is as absent as none. */
export async function readReservation(context: ReservationContext, id: string, owner: string | undefined): Promise<Reservation | undefined> {
  if (parseId('rsv', id) === undefined) return undefined;
  const found = await context.store.read(id as ReservationId);
  return found !== undefined && (owner === undefined || found.userId === owner) ? found : undefined;
}

export const listReservations = (context: ReservationContext, filter: ListFilter): Promise<Page<Reservation>> => context.store.list(filter);

/** An order of this owner. Somebody else's is as absent as none. */
export async function readOrder(context: ReservationContext, id: string, owner: string): Promise<OrderWithFacts | undefined> {
  if (parseId('ord', id) === undefined) return undefined;
  const found = await context.store.readOrder(id);
  return found !== undefined && found.reservation.userId === owner ? found : undefined;
}

export const listOrders = (context: ReservationContext, filter: ListFilter): Promise<Page<OrderWithFacts>> => context.store.listOrders(filter);
