import { epochMsOf } from '@traffic-tacos/contracts';
import type { Timestamp } from '@traffic-tacos/contracts/google/protobuf/timestamp';
import type { MoveSaleRequest, MoveSaleResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { epochMs, type EpochMs } from '@traffic-tacos/kernel';
import { invalidRequest, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import { invalid } from '../../errors.ts';
import { EVENT_NOT_FOUND } from './refusals.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** Moves the time in which an event is sold. Holds are decided by it from then on. */
export function moveSale({ store, limits }: RpcDependencies): UnaryHandler<MoveSaleRequest, MoveSaleResponse> {
  return async ({ eventId, saleStartTime, saleEndTime }) => {
    const [starts, ends] = [instantOf(saleStartTime), instantOf(saleEndTime)];
    const wrong = invalidRequest(requiredText('eventId', eventId, limits.idChars), problemOf('saleStartTime', starts), problemOf('saleEndTime', ends));
    if (wrong !== undefined || starts === 'no_instant' || ends === 'no_instant') return wrong ?? { refused: 'INVALID_REQUEST' };
    const { kind } = await store.moveSale({ eventId, saleStartsAtMs: starts, saleEndsAtMs: ends });
    if (kind === 'event_not_found') return EVENT_NOT_FOUND;
    return kind === 'sale_ends_before_it_starts' ? invalid('saleEndTime', 'must be later than saleStartTime') : { moved: kind === 'sale_moved', error: undefined };
  };
}

function instantOf(timestamp: Timestamp | undefined): EpochMs | 'no_instant' | undefined {
  if (timestamp === undefined) return undefined;
  const atMs = epochMsOf(timestamp);
  return atMs === undefined || atMs < 0 ? 'no_instant' : epochMs(atMs);
}

const problemOf = (field: string, instant: EpochMs | 'no_instant' | undefined): { readonly field: string; readonly reason: string } | undefined =>
  instant === 'no_instant' ? { field, reason: 'must be an instant from 1970 on' } : undefined;
