import type { EpochMs } from '@traffic-tacos/kernel';
import type { EventTerms } from './event-document.ts';

/** Whether an event is on sale at a wall-clock instant: from its start, up to but not at its end. */
export const isOnSale = ({ saleStartsAtMs, saleEndsAtMs }: Pick<EventTerms, 'saleStartsAtMs' | 'saleEndsAtMs'>, wall: EpochMs): boolean =>
  (saleStartsAtMs === undefined || wall >= saleStartsAtMs) && (saleEndsAtMs === undefined || wall < saleEndsAtMs);
