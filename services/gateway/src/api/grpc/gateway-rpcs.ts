import { GatewayService, LONG_NAME_PREFIX } from '@traffic-tacos/contracts';
import type { Clock, Limits } from '@traffic-tacos/kernel';
import { grpcService, type GrpcService, type LiveSettings, type Metrics, type TokenVerifier } from '@traffic-tacos/kit';
import type { ServicesBehind } from '../../ports/services-behind.ts';
import { healthCheckRpc, validateTokenRpc, type KnownServices } from './about-the-gateway.ts';
import { createReservationRpc } from './create-reservation.ts';
import { getEventAvailabilityRpc } from './get-event-availability.ts';
import { createPaymentIntentRpc, getPaymentStatusRpc } from './payments.ts';
import { cancelReservationRpc, confirmReservationRpc, getReservationRpc } from './use-reservation.ts';

/** What only the server of a port knows. */
export interface RpcEdge {
  readonly verifier: TokenVerifier;
  readonly known: KnownServices;
  /** Those of this process. */
  readonly metrics: Pick<Metrics, 'read'>;
  readonly settings: LiveSettings;
}

/** `gateway.v1.GatewayService`, under both of its names. */
export const gatewayRpcs = ({ catalogue, reservations, payments }: ServicesBehind, { verifier, known }: RpcEdge, clock: Clock, limits: Limits): GrpcService =>
  grpcService({
    definition: GatewayService,
    aliases: [`${LONG_NAME_PREFIX}gateway.v1.GatewayService`],
    idempotency: { createReservation: 'required', confirmReservation: 'optional', cancelReservation: 'optional', createPaymentIntent: 'required' },
    handlers: {
      healthCheck: healthCheckRpc(known, clock),
      validateToken: validateTokenRpc(verifier),
      getEventAvailability: getEventAvailabilityRpc(catalogue, limits),
      createReservation: createReservationRpc(reservations, limits),
      getReservation: getReservationRpc(reservations, limits),
      confirmReservation: confirmReservationRpc(reservations, limits),
      cancelReservation: cancelReservationRpc(reservations, clock, limits),
      createPaymentIntent: createPaymentIntentRpc(payments, limits),
      getPaymentStatus: getPaymentStatusRpc(payments, limits),
    },
  });
