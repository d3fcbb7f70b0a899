import type { Limits } from '@traffic-tacos/kernel';
import type { Refusal } from '../http/route.ts';
import { distinctTexts, invalidRequest, optionalText, requiredText, wholeNumber } from './request-checks.ts';

/** Longer than any reservation token of ours; what is longer is not looked at. */
const TOKEN_CHARS = 4_096;

/** A request for places as a buyer makes it, at whichever port: named seats, or a quantity. */
export interface PlacesWish {
  readonly eventId: string;
  readonly seatIds: readonly string[];
  /** 0 beside named seats means that it was left out. */
  readonly quantity: number;
  readonly section: string;
  readonly reservationToken: string;
}

/** Everything that is wrong with the form of the wish, the same wherever it comes in; undefined when nothing is. */
export function invalidWish({ eventId, seatIds, quantity, section, reservationToken }: PlacesWish, { idChars, seatsPerHold }: Pick<Limits, 'idChars' | 'seatsPerHold'>): Refusal | undefined {
  return invalidRequest(
    requiredText('eventId', eventId, idChars),
    ...distinctTexts('seatIds', seatIds, { most: seatsPerHold, maxChars: idChars }),
    seatIds.length === 0 || quantity !== 0 ? wholeNumber('quantity', quantity, 1, seatsPerHold) : undefined,
    seatIds.length > 0 && quantity > 0 && quantity !== seatIds.length
      ? { field: 'quantity', reason: `asks for ${quantity} places beside a list of ${seatIds.length} seats` }
      : undefined,
    optionalText('section', section, idChars),
    optionalText('reservationToken', reservationToken, TOKEN_CHARS),
  );
}
