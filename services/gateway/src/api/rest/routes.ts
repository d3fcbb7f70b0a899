import type { Limits } from '@traffic-tacos/kernel';
import type { Route } from '@traffic-tacos/kit';
import type { GrantServiceToken } from '../../application/grant-service-token.ts';
import type { Login } from '../../application/login.ts';
import type { Register } from '../../application/register.ts';
import type { Issuer } from '../../domain/claims.ts';
import type { ServicesBehind } from '../../ports/services-behind.ts';
import type { PublicKey, TicketKey } from '../../ports/token-signer.ts';
import { cancelReservationRoutes } from './cancel-reservation.ts';
import { confirmReservationRoute } from './confirm-reservation.ts';
import { createPaymentIntentRoutes } from './create-payment-intent.ts';
import { createReservationRoute } from './create-reservation.ts';
import { discoveryRoute, jwksRoute } from './discovery.ts';
import { availabilityRoute, listEventsRoute, readEventRoute } from './events.ts';
import { extendReservationRoute } from './extend-reservation.ts';
import { loginRoute } from './login.ts';
import { listOrdersRoute, readOrderRoute } from './orders.ts';
import { paymentStatusRoutes } from './payment-status.ts';
import { processPaymentRoutes } from './process-payment.ts';
import { listReservationsRoute, readReservationRoute } from './read-reservations.ts';
import { registerRoute } from './register.ts';
import { seatMapRoute } from './seat-map.ts';
import { SharedBodies } from './shared-bodies.ts';
import { serviceTokenRoute } from './service-token.ts';

export interface RoutesDeps {
  readonly register: Register;
  readonly login: Login;
  readonly grantServiceToken: GrantServiceToken;
  readonly issuer: Issuer;
  readonly publicKeys: readonly (PublicKey | TicketKey)[];
  readonly services: ServicesBehind;
  readonly limits: Limits;
}

/** Every route of port 8000. */
export function routesOf({ register, login, grantServiceToken, issuer, publicKeys, services, limits }: RoutesDeps): readonly Route[] {
  const { catalogue, reservations, payments, orders } = services;
  const bodies = new SharedBodies(limits.sharedBodies);
  return [
    registerRoute(register),
    loginRoute(login),
    serviceTokenRoute(grantServiceToken),
    discoveryRoute(issuer),
    jwksRoute(publicKeys),
    listEventsRoute(catalogue, limits),
    readEventRoute(catalogue),
    availabilityRoute(catalogue, bodies),
    seatMapRoute(catalogue, bodies, limits),
    createReservationRoute(reservations, limits),
    listReservationsRoute(reservations, limits),
    readReservationRoute(reservations),
    confirmReservationRoute(reservations, limits),
    ...cancelReservationRoutes(reservations),
    extendReservationRoute(reservations),
    ...createPaymentIntentRoutes(payments, limits),
    ...processPaymentRoutes(payments, limits),
    ...paymentStatusRoutes(payments),
    listOrdersRoute(orders, limits),
    readOrderRoute(orders),
  ];
}
