import { InventoryService, ReservationService, epochMsOf } from '@traffic-tacos/contracts';
import { CheckAvailabilityRequest } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import {
  CancelReservationRequest, ConfirmReservationRequest, CreateReservationRequest, ExtendHoldRequest, GetReservationRequest, ReservationStatus,
} from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { SeededRandom } from '@traffic-tacos/kernel';
import { createGrpcChannel, createMetrics, createSystemClock, UpstreamFailure, type GrpcChannel, type UpstreamAnswer } from '@traffic-tacos/kit';
import { SEEN_BY_CODE, type ChangeAnswer, type Client, type HoldAnswer, type Wish } from './client.ts';
import { CannotExamine } from './http.ts';
import { httpClient, type SignedIn } from './http-client.ts';
import type { Seen } from './operation.ts';
import type { Ground } from './recorder.ts';

/** `127.0.0.1:8011` and so on. */
export interface GrpcAt {
  readonly reservation: string;
  /** Undefined: public figures are asked for over HTTP. */
  readonly inventory: string | undefined;
}

/** One that waits for an answer for longer than a service would, and that never gives a service up. */
const SETTINGS = { timeoutMs: 20_000, breaker: { failureRatio: 1, openMs: 1, windowMs: 1_000, leastCalls: 1_000_000, trials: 1 } };
const SEATS_A_CALL = 10;

/** A client over gRPC, at the reservation service, and at the inventory for figures; it pays over HTTP, at the gateway. */
export function grpcClient(user: SignedIn, at: GrpcAt, ground: Ground, now: () => number): Client {
  const { token, eventId, aheadMs } = user;
  const overHttp = httpClient(user);
  const reservations = channelTo('reservation', at.reservation, token);
  const inventory = at.inventory === undefined ? undefined : channelTo('inventory', at.inventory, token);
  const lastsMs = (expiresAt: Timestamp | undefined): number => instantOf(expiresAt) - aheadMs - now();
  const again = { isIdempotent: true };
  return {
    ...overHttp,
    hold: async (wish, key) => {
      const places = 'seats' in wish ? { seatIds: [...wish.seats] } : { quantity: wish.quantity, section: wish.pool };
      const request = CreateReservationRequest.create({ eventId, ...places, idempotencyKey: key });
      const answer = await told(reservations.call(ReservationService.createReservation, request, { idempotencyKey: key }));
      return heldOf(answer, wish, ({ reservationId, holdExpiresAt }) => ({ reservationId, lastsMs: lastsMs(holdExpiresAt) }));
    },
    give: async (reservationId) => changeOf(await told(reservations.call(ReservationService.cancelReservation, CancelReservationRequest.create({ reservationId }), again))),
    extend: async (reservationId, extensionSeconds) => {
      const answer = await told(reservations.call(ReservationService.extendHold, ExtendHoldRequest.create({ reservationId, extensionSeconds }), again));
      return answer?.kind === 'answered' ? { kind: 'done', lastsMs: lastsMs(answer.response.newExpiresAt) } : changeOf(answer);
    },
    confirm: async (reservationId, paymentIntentId) =>
      changeOf(await told(reservations.call(ReservationService.confirmReservation, ConfirmReservationRequest.create({ reservationId, paymentIntentId }), again))),
    look: async (reservationId) => {
      const answer = await told(reservations.call(ReservationService.getReservation, GetReservationRequest.create({ reservationId }), again));
      if (answer?.kind === 'answered') return SEEN_BY_NUMBER[answer.response.reservation?.status ?? -1];
      return answer === undefined ? undefined : SEEN_BY_CODE[answer.refusal.reason];
    },
    left: () => (inventory === undefined ? overHttp.left() : leftAt(inventory, eventId, ground)),
    close: () => {
      reservations.close();
      inventory?.close();
    },
  };
}

const channelTo = (target: string, address: string, token: string): GrpcChannel =>
  createGrpcChannel({
    target, address, clock: createSystemClock(), random: new SeededRandom(1), metrics: createMetrics({ processMetrics: false }), errorMode: 'status', settings: SETTINGS, credential: () => token,
  });

type Timestamp = Parameters<typeof epochMsOf>[0];

function instantOf(at: Timestamp | undefined): number {
  const instantMs = at === undefined ? undefined : epochMsOf(at);
  if (instantMs === undefined) throw new CannotExamine('a hold was granted over gRPC without an end');
  return instantMs;
}

const SEEN_BY_NUMBER: Readonly<Partial<Record<number, Seen>>> = {
  [ReservationStatus.RESERVATION_STATUS_HOLD]: 'held',
  [ReservationStatus.RESERVATION_STATUS_CONFIRMED]: 'sold',
  [ReservationStatus.RESERVATION_STATUS_CANCELLED]: 'given',
  [ReservationStatus.RESERVATION_STATUS_EXPIRED]: 'over',
};

/** Undefined where nobody answered, whatever was tried. */
async function told<Response>(asked: Promise<UpstreamAnswer<Response>>): Promise<UpstreamAnswer<Response> | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UpstreamFailure) return undefined;
    throw error;
  }
}

function heldOf<Response>(answer: UpstreamAnswer<Response> | undefined, wish: Wish, read: (response: Response) => { readonly reservationId: string; readonly lastsMs: number }): HoldAnswer {
  if (answer === undefined) return { kind: 'unknown' };
  const [objects, quantity] = 'seats' in wish ? [wish.seats, 1] : [[wish.pool], wish.quantity];
  if (answer.kind === 'answered') return { kind: 'held', objects, quantity, ...read(answer.response) };
  const { reason, details } = answer.refusal;
  if (reason === 'INVENTORY_CONFLICT') return { kind: 'taken', objects };
  if (reason === 'SEAT_UNAVAILABLE') return { kind: 'taken', objects: objects.filter((seat) => details.some((detail) => detail.reason.startsWith(`${seat} is `))) };
  return { kind: 'refused' };
}

function changeOf(answer: UpstreamAnswer<unknown> | undefined): ChangeAnswer {
  if (answer === undefined) return { kind: 'unknown' };
  return answer.kind === 'answered' ? { kind: 'done' } : { kind: 'refused', as: SEEN_BY_CODE[answer.refusal.reason] };
}

async function leftAt(inventory: GrpcChannel, eventId: string, { seats, pools }: Ground): Promise<ReadonlyMap<string, number> | undefined> {
  const left = new Map<string, number>();
  for (let from = 0; from < seats.length; from += SEATS_A_CALL) {
    const seatIds = seats.slice(from, from + SEATS_A_CALL);
    const answer = await told(inventory.call(InventoryService.checkAvailability, CheckAvailabilityRequest.create({ eventId, seatIds }), { isIdempotent: true }));
    if (answer?.kind !== 'answered') return undefined;
    for (const seat of seatIds) left.set(seat, answer.response.unavailableSeatIds.includes(seat) ? 0 : 1);
  }
  for (const section of pools) {
    const answer = await told(inventory.call(InventoryService.checkAvailability, CheckAvailabilityRequest.create({ eventId, section, quantity: 1 }), { isIdempotent: true }));
    if (answer?.kind !== 'answered') return undefined;
    left.set(section, answer.response.remainingInSection);
  }
  return left;
}
