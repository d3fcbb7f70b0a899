import type { Catalogue } from './catalogue.ts';
import type { Orders } from './orders.ts';
import type { Payments } from './payments.ts';
import type { Reservations } from './reservations.ts';

/** The services that the gateway speaks for. */
export interface ServicesBehind {
  readonly catalogue: Catalogue;
  readonly reservations: Reservations;
  readonly payments: Payments;
  readonly orders: Orders;
}
