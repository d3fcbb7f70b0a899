import { SeatStatus, type Money, type Seat } from '@traffic-tacos/contracts/proto/common/v1/types';
import { HoldStatus } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import type { Hold, HoldState } from '../../domain/hold.ts';
import type { InventoryStore } from '../../ports/inventory-store.ts';
import type { SeatFacts } from '../../ports/inventory-views.ts';

export const HOLD_STATUSES: Readonly<Record<HoldState, HoldStatus>> = {
  held: HoldStatus.HOLD_STATUS_ACTIVE,
  committed: HoldStatus.HOLD_STATUS_COMMITTED,
  released: HoldStatus.HOLD_STATUS_RELEASED,
  returned: HoldStatus.HOLD_STATUS_RELEASED,
  expired: HoldStatus.HOLD_STATUS_EXPIRED,
};

/** The seats of a hold stand as it does, as long as they are its own; whose they are after that is not said. */
export const SEAT_STATUSES: Readonly<Record<HoldState, SeatStatus>> = {
  held: SeatStatus.SEAT_STATUS_RESERVED,
  committed: SeatStatus.SEAT_STATUS_SOLD,
  released: SeatStatus.SEAT_STATUS_UNSPECIFIED,
  returned: SeatStatus.SEAT_STATUS_UNSPECIFIED,
  expired: SeatStatus.SEAT_STATUS_UNSPECIFIED,
};

/** The places of a hold with their frozen prices: a pool's have no ids. */
export async function seatsOfHold(store: InventoryStore, hold: Hold, status: SeatStatus): Promise<Seat[]> {
  const { eventId, sectionId = '', seatIds, quantity, totalMinor, currency } = hold;
  if (seatIds.length === 0) {
    const price = { amount: totalMinor / quantity, currency };
    return Array.from({ length: quantity }, () => ({ id: '', section: sectionId, row: '', number: '', price, status }));
  }
  const facts = await store.describeSeats(eventId, seatIds);
  const prices = frozenPrices(hold, facts);
  return facts.map((seat, index) => seatMessage(seat, { amount: prices[index] ?? 0, currency }, status));
}

export const seatMessage = ({ id, sectionId, row, number }: SeatFacts, price: Money, status: SeatStatus): Seat => ({
  id,
  section: sectionId,
  row,
  number,
  price,
  status,
});

/**
 * What each seat cost when it was held. A hold knows the sum: in one section it is the same for each seat; over several it is told apart by
 * today's prices, in proportion where these have changed since. The sum is always the hold's.
 */
function frozenPrices({ totalMinor, quantity, sectionId }: Hold, seats: readonly SeatFacts[]): readonly number[] {
  if (sectionId !== undefined) return seats.map(() => totalMinor / quantity);
  const today = seats.reduce((sum, { priceMinor }) => sum + priceMinor, 0);
  if (today === totalMinor) return seats.map(({ priceMinor }) => priceMinor);
  const shares = seats.map(({ priceMinor }) => (today === 0 ? 0 : Math.floor((totalMinor / today) * priceMinor)));
  const rest = totalMinor - shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share, index) => (index === 0 ? share + rest : share));
}
