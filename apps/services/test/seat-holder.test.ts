import { after } from 'node:test';
import { ManualClock } from '@traffic-tacos/kernel';
import { askAndDecide, grpcSeatHolder } from '@traffic-tacos/reservation';
import { seatHolderSuite } from '@traffic-tacos/reservation/testing';
import { wireServices, type WiredServices } from './support/wired-services.ts';

const EVENT = {
  id: 'evt_suite', name: 'Suite', currency: 'KRW', purchase_limit: 100,
  sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1', 'A-2', 'A-3', 'A-4'] }],
};

const opened: WiredServices[] = [];
after(() => Promise.all(opened.map((services) => services.close())));

/** The suite moves a clock by itself; the inventory's follows it. */
class LeadingClock extends ManualClock {
  readonly #follow: (ms: number) => void;

  constructor(follow: (ms: number) => void) {
    super();
    this.#follow = follow;
  }

  override advance(by: number): void {
    super.advance(by);
    this.#follow(by);
  }
}

seatHolderSuite('grpcSeatHolder', async () => {
  const wired = await wireServices({ events: [EVENT] });
  opened.push(wired);
  return {
    seats: grpcSeatHolder(wired.channel('inventory')),
    clock: new LeadingClock((ms) => void wired.advance(ms)),
    eventId: EVENT.id,
    run: (step) => askAndDecide(() => wired.ground.units.run(step)),
  };
});
