import { unreachable } from '@traffic-tacos/kernel';
import type { Refusal } from '@traffic-tacos/kit';
import type { JoinAnswer } from './application/join-queue.ts';
import type { EnterAnswer } from './application/use-place.ts';
import type { ControlOutcome } from './ports/queue-store.ts';

/** What the waiting room refuses with the same words every time. */
export const REFUSALS = {
  /** Also for somebody else's: whether it exists is not told. */
  tokenNotFound: { refused: 'TOKEN_NOT_FOUND' },
} as const satisfies Readonly<Record<string, Refusal>>;

type Refused =
  | Exclude<JoinAnswer, { readonly kind: 'joined' }>
  | Exclude<EnterAnswer, { readonly kind: 'granted' }>
  | Exclude<ControlOutcome, { readonly kind: 'controlled' }>;

/** Seconds after which a full room is worth another try. */
const FULL_RETRY_SECONDS = 30;

/** Every outcome of the waiting room that is not what was asked for, as a code of the error registry. */
export function refusalOf(outcome: Refused): Refusal {
  switch (outcome.kind) {
    case 'event_not_found':
      return { refused: 'EVENT_NOT_FOUND' };
    case 'account_needed':
      return { refused: 'UNAUTHENTICATED', details: [{ field: 'Authorization', reason: 'only signed-in users may wait for this event' }] };
    case 'room_full':
      return { refused: 'QUEUE_FULL', retryAfterSeconds: FULL_RETRY_SECONDS };
    case 'not_open_yet':
      return { refused: 'SALE_NOT_OPEN', details: [{ field: 'eventId', reason: 'the waiting room is not open yet' }] };
    case 'draining':
      return { refused: 'SALE_NOT_OPEN', details: [{ field: 'eventId', reason: 'the waiting room takes nobody new' }] };
    case 'sale_ended':
      return { refused: 'SALE_NOT_OPEN', details: [{ field: 'eventId', reason: 'the sale has ended' }] };
    case 'sold_out':
      return { refused: 'INVENTORY_CONFLICT', details: [{ field: 'eventId', reason: 'everything is sold' }] };
    case 'place_not_found':
      return REFUSALS.tokenNotFound;
    case 'not_ready':
      return { refused: 'NOT_READY', retryAfterSeconds: Math.max(1, Math.ceil(outcome.reading.pollAfterMs / 1_000)) };
    case 'finished':
      return { refused: 'FORBIDDEN', details: [{ field: 'waitingToken', reason: `the place is ${outcome.reading.reason ?? outcome.reading.status}; join again` }] };
    case 'too_many_lanes':
      return invalidLanes(`are too many: a room has ${outcome.most} at most`);
    case 'lane_gone':
      return invalidLanes(`must begin with the lanes there are, in their order: ${outcome.lane} is missing`);
    case 'lane_twice':
      return invalidLanes(`name ${outcome.lane} twice`);
    case 'first_lane_has_role':
      return invalidLanes(`must begin with the lane of everybody, which has no role: ${outcome.lane} has one`);
    case 'lane_without_role':
      return invalidLanes(`must each name a role, except the first: ${outcome.lane} names none`);
    case 'schedule_out_of_order':
      return { refused: 'INVALID_REQUEST', details: [{ field: outcome.field, reason: outcome.field === 'saleEndsAt' ? `must be later than ${outcome.after}` : `must not be earlier than ${outcome.after}` }] };
    default:
      return unreachable(outcome);
  }
}

const invalidLanes = (reason: string): Refusal => ({ refused: 'INVALID_REQUEST', details: [{ field: 'lanes', reason }] });
