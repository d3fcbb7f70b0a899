import type { Limits } from '@traffic-tacos/kernel';
import { given, optionalText, requiredText, wholeNumber, type Detail } from '@traffic-tacos/kit';

/** Places as CheckAvailability and ReserveSeat name them. */
interface WantedPlaces {
  readonly eventId: string;
  readonly seatIds: readonly string[];
  readonly quantity: number;
  readonly section: string;
}

/** The same as commands take them: what is empty was left out. */
interface AskedPlaces {
  readonly eventId: string;
  readonly seatIds: readonly string[] | undefined;
  readonly quantity: number | undefined;
  readonly section: string | undefined;
}

type Problem = Detail | undefined;

/** Everything that is wrong with them. */
export function placeProblems({ eventId, seatIds, quantity, section }: WantedPlaces, { idChars, seatsPerHold }: Limits): readonly Problem[] {
  const named = seatIds.length;
  return [
    requiredText('eventId', eventId, idChars),
    optionalText('section', section, idChars),
    named === 0 ? wholeNumber('quantity', quantity, 1, seatsPerHold) : undefined,
    named > 0 && quantity !== 0 && quantity !== named ? { field: 'quantity', reason: 'differs from the number of seats' } : undefined,
    ...(named > seatsPerHold ? [{ field: 'seatIds', reason: `must name at most ${seatsPerHold} seats` }] : seatProblems(seatIds, idChars)),
  ];
}

function seatProblems(seatIds: readonly string[], idChars: number): readonly Problem[] {
  return seatIds.map((id, index) => {
    const field = `seatIds[${index}]`;
    return seatIds.indexOf(id) < index ? { field, reason: 'is named twice' } : requiredText(field, id, idChars);
  });
}

export const askedPlaces = ({ eventId, seatIds, quantity, section }: WantedPlaces): AskedPlaces => ({
  eventId,
  seatIds: seatIds.length === 0 ? undefined : seatIds,
  quantity: quantity === 0 ? undefined : quantity,
  section: given(section),
});

interface NamedHold {
  readonly eventId: string;
  readonly seatIds?: readonly string[];
  readonly quantity?: number;
  readonly userId?: string;
}

/** What a request says of a hold or order besides its id; all of it must be right where it is given. */
export const claimOf = ({ eventId, seatIds = [], quantity = 0, userId = '' }: NamedHold) => ({
  eventId: given(eventId),
  seatIds: seatIds.length === 0 ? undefined : seatIds,
  quantity: quantity === 0 ? undefined : quantity,
  userId: given(userId),
});
