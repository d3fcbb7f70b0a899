import { setImmediate } from 'node:timers/promises';
import type { EventQuery, SectionFacts } from '@traffic-tacos/inventory';
import { METRICS, type Metrics } from '@traffic-tacos/kit';

/** Events with figures of their own. Each is four lines of every scrape. */
const OWN_EVENTS = 200;
/** Stands for all other events. An event of this name is among them. */
const OTHER = 'other';
/** Events read in one turn; requests come in between. */
const EVENTS_PER_TURN = 200;

type State = 'free' | 'held' | 'sold' | 'blocked';
type Places = Record<State, number>;

interface SeatedEvent {
  readonly id: string;
  readonly sections: readonly Pick<SectionFacts, 'remaining' | 'held' | 'sold' | 'blocked'>[];
}

/** What strangers see of all events, page by page: an inventory's `reads`. */
interface SeatReads {
  events(query: EventQuery): { readonly events: readonly SeatedEvent[]; readonly next: string | undefined };
}

const STATES: readonly State[] = ['free', 'held', 'sold', 'blocked'];

/**
 * Publishes `seats{event,state}`: what strangers see, counted when somebody scrapes. The first events that were ever seen keep figures of their
 * own while the process lives, so that no figure changes its meaning when events come in.
 */
export function observeSeats(metrics: Metrics, reads: SeatReads, ownEvents = OWN_EVENTS): void {
  const own = new Set<string>();
  const hasOwn = (id: string): boolean => {
    if (own.has(id)) return true;
    if (id === OTHER || own.size >= ownEvents) return false;
    own.add(id);
    return true;
  };
  metrics.gauge(METRICS.seats, async (gauge) => {
    const set = (event: string, places: Places): void => {
      for (const state of STATES) gauge.with(event, state).set(places[state]);
    };
    const others: Places = { free: 0, held: 0, sold: 0, blocked: 0 };
    let hasOthers = false;
    for await (const event of allEvents(reads)) {
      const places = placesOf(event);
      if (hasOwn(event.id)) set(event.id, places);
      else {
        hasOthers = true;
        for (const state of STATES) others[state] += places[state];
      }
    }
    if (hasOthers) set(OTHER, others);
  });
}

async function* allEvents(reads: SeatReads): AsyncGenerator<SeatedEvent, void> {
  let after: string | undefined;
  do {
    const page = reads.events({ after, limit: EVENTS_PER_TURN, all: true });
    yield* page.events;
    after = page.next;
    if (after !== undefined) await setImmediate();
  } while (after !== undefined);
}

function placesOf({ sections }: SeatedEvent): Places {
  const places: Places = { free: 0, held: 0, sold: 0, blocked: 0 };
  for (const { remaining, held, sold, blocked } of sections) {
    places.free += remaining;
    places.held += held;
    places.sold += sold;
    places.blocked += blocked;
  }
  return places;
}
