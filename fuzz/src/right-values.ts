import type { Draw } from './draw.ts';
import { SECRET_MARK, type CaseMemory } from './world.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The id that a path or field means, where the case has made such a thing; else one that its user had before. */
export function rightId(kind: 'reservation' | 'intent' | 'order' | 'event', { person, event, ...made }: CaseMemory, draw: Draw): string {
  switch (kind) {
    case 'event':
      return event.id;
    case 'intent':
      return made.intentId ?? person.intent;
    case 'order':
      return made.orderId ?? person.order;
    case 'reservation':
      return made.reservationId ?? draw.pick([person.held, person.cancelled, person.confirmed]);
  }
}

/** The kind of thing that `:id` of this path names. */
export function idKindOf(path: string): 'reservation' | 'intent' | 'order' | 'event' {
  if (path.includes('/events/') || path.includes('/queues/')) return 'event';
  if (path.includes('/orders/')) return 'order';
  return path.includes('/payment') ? 'intent' : 'reservation';
}

/** So far apart that no two attempts want the same seats. */
const SEATS_APART = 4;

const seatIdOf = (place: number): string => `A-${place + 1}`;

/** A value that the field is likely to be accepted with: what it means decides first, then its schema. `name` is in camelCase. */
export function rightValue(name: string, schema: Schema, memory: CaseMemory, draw: Draw): unknown {
  switch (name) {
    case 'eventId':
      return rightId('event', memory, draw);
    case 'reservationId':
      return rightId('reservation', memory, draw);
    case 'paymentIntentId':
      return rightId('intent', memory, draw);
    case 'section':
      return draw.pick(['A', 'FLOOR']);
    case 'amount':
      return memory.amountMinor ?? 1_000;
    case 'currency':
      return 'KRW';
    case 'username':
      return `fuzz${memory.label}`;
    case 'password':
    case 'clientSecret':
      return `${SECRET_MARK}${memory.label}`;
    case 'reservationToken':
      return memory.reservationToken ?? 'x.y.z';
    case 'token':
    case 'waitingToken':
      return memory.waitingToken ?? 'x.y.z';
    case 'email':
      return `fuzz${memory.label}@example.org`;
    case 'audience':
      return draw.pick(['reservation', 'inventory', 'payment']);
    case 'extensionSeconds':
      return draw.pick([1, 10, 60]);
    default:
      return bySchema(schema, draw);
  }
}

function bySchema(schema: Schema, draw: Draw): unknown {
  const { enum: choices, type, pattern } = schema;
  if (Array.isArray(choices)) return draw.pick(choices as readonly unknown[]);
  switch (type) {
    case 'integer':
    case 'number':
      return numberOf(schema, 'minimum', 0) + draw.below(Math.min(100, numberOf(schema, 'maximum', 99) - numberOf(schema, 'minimum', 0)) + 1);
    case 'boolean':
      return draw.chance(50);
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return typeof pattern === 'string' && pattern.includes('rsv_') ? `rsv_0${'0'.repeat(25)}` : 'x'.repeat(numberOf(schema, 'minLength', 1));
  }
}

const numberOf = (schema: Schema, name: string, otherwise: number): number => {
  const given = schema[name];
  return typeof given === 'number' ? given : otherwise;
};

/** Places of one event: seats by their ids, places of a section by their number, or both in one list. */
export function rightPlaces({ event, attempt }: CaseMemory, draw: Draw): Readonly<Record<string, unknown>> {
  const first = (draw.below(event.seats) + attempt * SEATS_APART) % event.seats;
  const some = 1 + draw.below(Math.min(3, event.seats - first));
  const seatIds = Array.from({ length: some }, (_, i) => seatIdOf(first + i));
  switch (draw.below(4)) {
    case 0:
      return { seatIds };
    case 1:
      return { seatIds, quantity: some };
    case 2:
      return { quantity: some, section: draw.pick(['FLOOR', 'FLOOR', 'A']) };
    default:
      return { quantity: some };
  }
}

/** An event as its organizer sends it; one of few ids, so that events do not grow without end. */
export function rightEvent(id: string, draw: Draw): Readonly<Record<string, unknown>> {
  const rows = [{ id: 'R1', seats: '1-10' }, { id: 'R2', seats: '1-4,7,9-12' }];
  const sections: Readonly<Record<string, unknown>>[] = [
    { id: 'A', name: 'A', price: 1_000, rows },
    { id: 'FLOOR', name: 'Floor', price: 500, capacity: 100 + draw.below(3) },
    { id: 'V', name: 'V', price: 0, seat_ids: ['V-1', 'V-2'], blocked: draw.chance(50) ? ['V-1'] : [] },
  ];
  const more = { purchase_limit: 1 + draw.below(20), sale_starts_at: '2020-01-01T00:00:00Z', venue: 'a hall', waiting_room: 'off' };
  return { id, name: `Event ${id}`, currency: 'KRW', sections, ...(draw.chance(50) ? more : {}) };
}
