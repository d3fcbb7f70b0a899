import { amountMinor, isCurrencyCode, present, type AmountMinor, type CurrencyCode } from '@traffic-tacos/kernel';
import type { Refusal } from '@traffic-tacos/kit';
import type { EventFacts, SeatMapSection, SectionFacts } from '../ports/catalogue.ts';

type SeatLetter = 'f' | 'h' | 's' | 'b';

interface HallSection {
  readonly id: string;
  readonly name: string;
  readonly priceMinor: AmountMinor;
  readonly capacity: number;
  /** By seat id; undefined for a pool. */
  readonly seats: Map<string, SeatLetter> | undefined;
  /** Free places of a pool. */
  free: number;
}

/** One place that somebody has taken. */
export interface Place {
  readonly section: string;
  readonly seatId: string | undefined;
}

export interface Wish {
  readonly seatIds: readonly string[] | undefined;
  readonly quantity: number;
  readonly section: string | undefined;
}

const KRW = 'KRW';

/** The places of one event, for the gateway's in-memory services: a row of six seats, and a pool of five places. */
export class Hall {
  readonly id: string;
  readonly currency: CurrencyCode = present(isCurrencyCode(KRW) ? KRW : undefined, 'a currency');
  readonly purchaseLimit = 4;
  readonly #sections: readonly HallSection[];
  #version = 1;

  constructor(id: string) {
    this.id = id;
    const row = ['R-A-1', 'R-A-2', 'R-A-3', 'R-A-4', 'R-A-5', 'R-A-6'].map((seatId) => [seatId, 'f'] as const);
    this.#sections = [
      { id: 'R', name: 'R석', priceMinor: amountMinor(150_000), capacity: 6, seats: new Map<string, SeatLetter>(row), free: 0 },
      { id: 'FLOOR', name: 'Standing', priceMinor: amountMinor(99_000), capacity: 5, seats: undefined, free: 5 },
    ];
  }

  facts(): EventFacts {
    return {
      id: this.id,
      name: `Event ${this.id}`,
      venue: 'Hall 1',
      startsAtMs: undefined,
      endsAtMs: undefined,
      saleStartsAtMs: undefined,
      saleEndsAtMs: undefined,
      currency: this.currency,
      purchaseLimit: this.purchaseLimit,
      waitingRoom: 'off',
      queueIdentity: 'visitor',
      sections: this.#sections.map(sectionFacts),
      version: this.#version,
      tag: this.tag,
    };
  }

  get version(): number {
    return this.#version;
  }

  get tag(): string {
    return `v${this.#version}`;
  }

  seatMap(section: string | undefined): readonly SeatMapSection[] | undefined {
    const shown = this.#sections.filter(({ id }) => section === undefined || id === section);
    return shown.length === 0 ? undefined : shown.map(mapSection);
  }

  /** The places that the wish would take now, or why it cannot have them. Takes nothing. */
  choose({ seatIds, quantity, section }: Wish): readonly Place[] | Refusal {
    if (section !== undefined && !this.#sections.some(({ id }) => id === section)) return { refused: 'SEAT_NOT_FOUND' };
    if (seatIds !== undefined) return this.#chooseSeats(seatIds);
    for (const candidate of this.#sections) {
      if (section !== undefined && candidate.id !== section) continue;
      const places = freePlaces(candidate);
      if (places.length >= quantity) return places.slice(0, quantity);
    }
    return { refused: 'INVENTORY_CONFLICT' };
  }

  priceOf(places: readonly Place[]): AmountMinor {
    let total = 0;
    for (const { section } of places) total += this.#section(section).priceMinor;
    return amountMinor(total);
  }

  mark(places: readonly Place[], letter: SeatLetter): void {
    this.#version++;
    for (const { section, seatId } of places) {
      const { seats } = this.#section(section);
      if (seatId !== undefined) seats?.set(seatId, letter);
      else if (letter === 'f') this.#section(section).free++;
      else if (letter === 'h') this.#section(section).free--;
    }
  }

  #chooseSeats(seatIds: readonly string[]): readonly Place[] | Refusal {
    const places: Place[] = [];
    for (const seatId of seatIds) {
      const section = this.#sections.find(({ seats }) => seats?.has(seatId) === true);
      if (section === undefined) return { refused: 'SEAT_NOT_FOUND', details: [{ field: 'seatIds', reason: `${seatId} does not exist` }] };
      places.push({ section: section.id, seatId });
    }
    const taken = places.find(({ section, seatId = '' }) => this.#section(section).seats?.get(seatId) !== 'f');
    if (taken === undefined) return places;
    return { refused: 'SEAT_UNAVAILABLE', details: [{ field: 'seatIds', reason: `${taken.seatId} is taken` }] };
  }

  #section(id: string): HallSection {
    return present(this.#sections.find((section) => section.id === id), 'section');
  }
}

function sectionFacts(section: HallSection): SectionFacts {
  const { id, name, priceMinor, capacity, seats } = section;
  return { id, name, kind: seats === undefined ? 'pool' : 'seats', priceMinor, capacity, remaining: freePlaces(section).length, ...takenPlaces(section) };
}

/** Of a pool only the number of taken places is known; they count as held. */
function takenPlaces({ seats, capacity, free }: HallSection): Pick<SectionFacts, 'held' | 'sold' | 'blocked'> {
  if (seats === undefined) return { held: capacity - free, sold: 0, blocked: 0 };
  const count = (letter: SeatLetter): number => [...seats.values()].filter((state) => state === letter).length;
  return { held: count('h'), sold: count('s'), blocked: count('b') };
}

function freePlaces({ id, seats, free }: HallSection): readonly Place[] {
  if (seats === undefined) return Array.from({ length: free }, () => ({ section: id, seatId: undefined }));
  return [...seats].filter(([, letter]) => letter === 'f').map(([seatId]) => ({ section: id, seatId }));
}

function mapSection({ id, name, priceMinor, seats }: HallSection): SeatMapSection {
  return { id, name, priceMinor, seats: seats === undefined ? [] : [rowOf(seats)] };
}

const rowOf = (seats: ReadonlyMap<string, SeatLetter>) => ({ row: 'A', from: 1, to: seats.size, states: [...seats.values()].join('') });
