import { setImmediate } from 'node:timers/promises';
import type { EventPlaces, Figures, PaymentFigures, PlaceFigures } from '@traffic-tacos/gateway';
import type { EventFacts, InventoryReads, SectionFacts } from '@traffic-tacos/inventory';
import type { Journal } from '@traffic-tacos/journal';
import type { PlatformTables } from '../tables.ts';

/** Payments looked at in one turn; requests come in between. */
const PAYMENTS_PER_TURN = 2_000;

export interface FiguresParts {
  readonly reads: InventoryReads;
  readonly tables: PlatformTables;
  readonly journal: Pick<Journal, 'firstSequence' | 'appliedSequence' | 'durableSequence'>;
}

/** What admins are shown of everything in this process. */
export const directFigures = ({ reads, tables, journal }: FiguresParts): Figures => ({
  process: () => ({
    memoryBytes: process.memoryUsage.rss(),
    inMemory: {
      holds: tables.inventory.holds.live,
      reservations: tables.reservation.reservations.live,
      orders: tables.reservation.orders.live,
      payments: tables.payment.intents.live,
      users: tables.gateway.accounts.size,
    },
    journal: { firstSequence: journal.firstSequence, appliedSequence: journal.appliedSequence, durableSequence: journal.durableSequence },
    outbox: { groupsBehind: Math.max(0, journal.durableSequence + 1 - (tables.relayPosition.next ?? journal.firstSequence)) },
  }),
  events: (query) => {
    const { events, next } = reads.events({ ...query, all: true });
    return { items: events.map(placesOf), next };
  },
  event: async (eventId) => {
    const event = reads.event(eventId);
    if (event === undefined) return undefined;
    const sections = event.sections.map((section) => ({ id: section.id, ...figuresOf(section) }));
    return { ...placesOf(event), sections, payments: await paymentsOf(eventId, tables) };
  },
});

function placesOf({ id, terms, sections }: EventFacts): EventPlaces {
  const sum = (count: (section: SectionFacts) => number): number => sections.reduce((total, section) => total + count(section), 0);
  const places = { free: sum(({ remaining }) => remaining), held: sum(({ held }) => held), sold: sum(({ sold }) => sold), blocked: sum(({ blocked }) => blocked) };
  return { eventId: id, name: terms.name, places };
}

const figuresOf = ({ remaining, held, sold, blocked }: SectionFacts): PlaceFigures => ({ free: remaining, held, sold, blocked });

/** A payment names its reservation, and that the event: there is no way from the event to its payments, so all in memory are looked at, beside traffic. */
async function paymentsOf(eventId: string, { payment, reservation }: PlatformTables): Promise<readonly PaymentFigures[]> {
  const byStatus = new Map<string, { payments: number; amountMinor: number }>();
  let cursor = 0;
  while (cursor !== -1) {
    cursor = payment.intents.scan(cursor, PAYMENTS_PER_TURN, ({ reservationId, status, amountMinor }) => {
      if (reservation.reservations.read(reservationId)?.eventId !== eventId) return;
      const figures = byStatus.get(status) ?? { payments: 0, amountMinor: 0 };
      byStatus.set(status, { payments: figures.payments + 1, amountMinor: figures.amountMinor + amountMinor });
    });
    await setImmediate();
  }
  return [...byStatus].map(([status, figures]) => ({ status, ...figures })).sort((one, other) => (one.status < other.status ? -1 : 1));
}
