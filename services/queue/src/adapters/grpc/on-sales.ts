import { AsyncResource } from 'node:async_hooks';
import { epochMsOf, InventoryService, timestampOf } from '@traffic-tacos/contracts';
import type { Timestamp } from '@traffic-tacos/contracts/google/protobuf/timestamp';
import { GetInventoryStatusRequest, MoveSaleRequest, type GetInventoryStatusResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { epochMs, Unavailable, type Clock, type EpochMs, type EventId } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { OnSale, OnSales, SaleWindow } from '../../ports/on-sales.ts';
import { refusedBy } from './refused-by.ts';

/** There is none, or there can be none under such an id. */
const NO_EVENT: ReadonlySet<string> = new Set(['NOT_FOUND', 'INVALID_ARGUMENT']);
/** Figures that are looked at are asked for anew after so long. */
const FRESH_MS = 500;
/** Figures that nobody could renew for so long let nobody in: the seats may be gone, and holding them would fail. */
const STALE_MS = 5_000;

interface Known {
  readonly onSale: OnSale;
  readonly heardAtMs: EpochMs;
}

/**
 * The waiting room's way to events in another process. What was heard is answered from memory, and asked for again beside that: an event that nobody looks at
 * costs nothing. The channel asks for outcomes as statuses. `onFault` is told of what no absence explains.
 */
export function grpcOnSales(channel: GrpcChannel, clock: Pick<Clock, 'nowMs'>, onFault: (cause: unknown) => void): OnSales {
  const client = createUnaryClient(channel, InventoryService, { idempotent: ['getInventoryStatus', 'moveSale'] });
  const known = new Map<EventId, Known>();
  const asking = new Map<EventId, Promise<OnSale | undefined>>();

  const ask = async (eventId: EventId): Promise<OnSale | undefined> => {
    try {
      const answer = await client.getInventoryStatus(GetInventoryStatusRequest.create({ eventId }));
      if (answer.kind === 'refused') {
        if (!NO_EVENT.has(answer.refusal.status)) throw refusedBy(answer.refusal);
        known.delete(eventId);
        return undefined;
      }
      const onSale = onSaleOf(eventId, answer.response);
      known.set(eventId, { onSale, heardAtMs: clock.nowMs() });
      return onSale;
    } finally {
      asking.delete(eventId);
    }
  };
  const askOnce = (eventId: EventId): Promise<OnSale | undefined> => {
    const asked = asking.get(eventId) ?? ask(eventId);
    asking.set(eventId, asked);
    return asked;
  };
  // Whoever looks is in the midst of some request, whose trace this is no part of.
  const renew = AsyncResource.bind((eventId: EventId): void => {
    askOnce(eventId).catch((cause: unknown) => {
      if (!(cause instanceof Unavailable)) onFault(cause);
    });
  });
  const move = async (eventId: EventId, { saleStartsAtMs, saleEndsAtMs }: SaleWindow): Promise<void> => {
    const request = { eventId, saleStartTime: timestampOrNone(saleStartsAtMs), saleEndTime: timestampOrNone(saleEndsAtMs) };
    const answer = await client.moveSale(MoveSaleRequest.create(request));
    if (answer.kind === 'refused' && answer.refusal.status !== 'NOT_FOUND') throw refusedBy(answer.refusal);
    // What was asked before the sale was moved tells nothing of it.
    await asking.get(eventId);
    await askOnce(eventId);
  };
  return {
    find: (eventId) => {
      const found = known.get(eventId);
      const ageMs = found === undefined ? STALE_MS : clock.nowMs() - found.heardAtMs;
      // After a restart nothing is known of rooms in which people wait.
      if (ageMs >= FRESH_MS && !asking.has(eventId)) renew(eventId);
      if (found === undefined) return undefined;
      return ageMs >= STALE_MS ? { ...found.onSale, freeSeats: 0 } : found.onSale;
    },
    learn: askOnce,
    moveSale: (eventId, window) => () => {
      const onSale = known.get(eventId)?.onSale;
      if (onSale === undefined) return 'event_not_found';
      const isThere = onSale.saleStartsAtMs === window.saleStartsAtMs && onSale.saleEndsAtMs === window.saleEndsAtMs;
      return isThere ? 'moved' : { ask: () => move(eventId, window) };
    },
  };
}

function onSaleOf(eventId: EventId, response: GetInventoryStatusResponse): OnSale {
  const { event, sections, waitingRoom, queueIdentity, admissionPolicy, admissionPerSecond, admissionMaxActive } = response;
  return {
    eventId,
    demandsAdmission: waitingRoom === 'on',
    demandsAccount: queueIdentity === 'account',
    policy: admissionPolicy === 'draw' ? 'draw' : 'arrival',
    perSecond: admissionPerSecond,
    maxActive: admissionMaxActive,
    saleStartsAtMs: instantOf(event?.saleStartTime),
    saleEndsAtMs: instantOf(event?.saleEndTime),
    freeSeats: sections.reduce((free, { availableSeats }) => free + availableSeats, 0),
    isSoldOut: sections.every(({ availableSeats, reservedSeats }) => availableSeats + reservedSeats === 0),
  };
}

const timestampOrNone = (instant: EpochMs | undefined): Timestamp | undefined => (instant === undefined ? undefined : timestampOf(instant));

function instantOf(timestamp: Timestamp | undefined): EpochMs | undefined {
  const instant = timestamp === undefined ? undefined : epochMsOf(timestamp);
  return instant === undefined ? undefined : epochMs(instant);
}
