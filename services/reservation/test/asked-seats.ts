import { Units, type Joinable } from '@traffic-tacos/journal';
import type { SeatHolder } from '@traffic-tacos/reservation';
import { RecordedEntries } from '@traffic-tacos/reservation/testing';
import { askedWhenReached } from '../src/ports/not-asked.ts';

/** Seats that are asked when a decision comes to them, and decide in units of their own, as those in another process do. */
export function askedSeats(seats: SeatHolder): SeatHolder {
  const units = new Units(new RecordedEntries(), 5);
  const asked = <Outcome>(step: Promise<Joinable<Outcome>>): Promise<Joinable<Outcome>> =>
    Promise.resolve(askedWhenReached(async () => units.run(await step)));
  return {
    hold: (command) => asked(seats.hold(command)),
    commit: (id, orderId, options) => asked(seats.commit(id, orderId, options)),
    release: (id) => asked(seats.release(id)),
    expire: (id) => asked(seats.expire(id)),
    extend: (id, byMs) => asked(seats.extend(id, byMs)),
    return: (orderId) => asked(seats.return(orderId)),
  };
}
