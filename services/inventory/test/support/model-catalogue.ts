import type { ModelSection } from './model-types.ts';
import type { ReferenceModel } from './reference-model.ts';
import type { Step } from './model-run.ts';

export const MODEL_EVENT = 'evt_model';

/** A row of three, two seats with names of their own, a pool of four. */
export function firstSections(): ModelSection[] {
  return [
    { id: 'R', price: 7, seats: ['R-A-1', 'R-A-2', 'R-A-3'], capacity: undefined, blocked: new Set() },
    { id: 'S', price: 5, seats: ['S1', 'S2'], capacity: undefined, blocked: new Set() },
    { id: 'P', price: 3, seats: [], capacity: 4, blocked: new Set() },
  ];
}

export const copyOf = (sections: readonly ModelSection[]): ModelSection[] =>
  sections.map((section) => ({ ...section, seats: [...section.seats], blocked: new Set(section.blocked) }));

/** The catalogue document that says what the model has. Seats of R come from rows, those of S have names of their own. */
export function documentOf({ sections, limit }: ReferenceModel): unknown {
  return {
    id: MODEL_EVENT,
    name: 'Model',
    currency: 'KRW',
    purchase_limit: limit,
    sections: sections.map(({ id, price, seats, capacity, blocked }) => {
      if (capacity !== undefined) return { id, price, capacity };
      const places = id === 'S' ? { seat_ids: seats } : { rows: [{ id: 'A', seats: seats.map((seat) => seat.slice(4)).join(',') }] };
      return { id, price, ...places, blocked: [...blocked] };
    }),
  };
}

/** Changes a section as an organizer might. New seats of row A go in front as well as behind, so that numbers leave catalogue order. */
export function changeSection(section: ModelSection, what: Extract<Step, { kind: 'change' }>['what'], to: number): void {
  if (what === 'price') section.price = to;
  if (section.capacity !== undefined) {
    if (what === 'capacity') section.capacity = 1 + (to % 7);
    return;
  }
  if (what === 'seats' && section.seats.length < 7) addSeat(section, to);
  if (what !== 'block') return;
  const seat = section.seats[to % section.seats.length] ?? '';
  if (!section.blocked.delete(seat)) section.blocked.add(seat);
}

function addSeat(section: ModelSection, to: number): void {
  if (section.id !== 'R') section.seats.splice(to % (section.seats.length + 1), 0, `S${section.seats.length + 1}`);
  else if (!section.seats.includes('R-A-0')) section.seats.unshift('R-A-0');
  else section.seats.push(`R-A-${section.seats.length}`);
}
