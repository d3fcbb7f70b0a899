import type { Hold } from '../../src/domain/hold.ts';
import type { Clash } from '../../src/domain/plan-change.ts';
import type { SeatClash } from '../../src/domain/outcomes.ts';
import type { SectionFacts } from '../../src/ports/inventory-views.ts';
import { reservationId } from '../../src/testing/builders.ts';
import { createWorld, type World } from './world.ts';

const EVENT = 'evt_table';

/** One case of a table file: a heading, and lines of `command -> expected`. */
export interface TableCase {
  readonly name: string;
  readonly lines: readonly { readonly number: number; readonly text: string }[];
}

/** What a command came to: its outcome's name, and facts to compare with those that the line names. */
export interface Played {
  readonly kind: string;
  readonly facts: Readonly<Record<string, string | number | undefined>>;
}

interface Section {
  id: string;
  price: number;
  capacity?: number;
  seat_ids?: string[];
  blocked?: string[];
}

/** Splits a table file into its cases. A line that begins with `#` heads a case; what follows `;` is a remark. */
export function casesOf(text: string): readonly TableCase[] {
  const cases: { name: string; lines: { number: number; text: string }[] }[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.split(';')[0]?.trim() ?? '';
    if (line.startsWith('#')) cases.push({ name: line.slice(1).trim(), lines: [] });
    else if (line !== '') cases.at(-1)?.lines.push({ number: index + 1, text: line });
  }
  return cases;
}

/** Plays the commands of one case on a fresh inventory. */
export class TableRunner {
  readonly #world: World = createWorld();
  readonly #startMs = this.#world.clock.nowMs();
  readonly #names = new Map<string, number>();
  readonly #sections: Section[] = [];
  #terms: Readonly<Record<string, unknown>> = {};

  play(command: string): Played {
    const [verb = '', ...words] = command.split(/\s+/);
    const options = new Map(words.filter((word) => word.includes('=')).map((word) => word.split('=') as [string, string]));
    const plain = words.filter((word) => !word.includes('='));
    switch (verb) {
      case 'venue':
      case 'section':
      case 'pool':
        return this.#describe(verb, plain, options);
      case 'block':
      case 'unblock':
        return this.#block(verb, plain);
      case 'limit':
        return this.#put({ purchase_limit: Number(plain[0]) });
      case 'tick':
        this.#world.clock.advance(seconds(plain[0]) * 1000);
        return { kind: 'ticked', facts: {} };
      case 'hold':
        return this.#hold(plain, options);
      case 'count':
        return this.#count(options.get('in'));
      case 'status':
        return this.#status(plain[0] ?? '');
      default:
        return this.#end(verb, plain, options);
    }
  }

  #describe(verb: string, words: readonly string[], options: ReadonlyMap<string, string>): Played {
    const [id = '', , row = '', , range = ''] = words;
    const section: Section = { id, price: Number(options.get('price') ?? 1) };
    const known = this.#sections.findIndex((other) => other.id === id);
    if (verb === 'pool') section.capacity = Number(options.get('capacity'));
    else section.seat_ids = seatsOf(row, range);
    if (known === -1) this.#sections.push(section);
    else this.#sections[known] = section;
    const limit = options.get('limit');
    const waitingRoom = options.get('waiting_room');
    if (limit !== undefined) this.#terms = { ...this.#terms, purchase_limit: Number(limit) };
    if (waitingRoom !== undefined) this.#terms = { ...this.#terms, waiting_room: waitingRoom };
    return this.#put({});
  }

  #block(verb: string, seats: readonly string[]): Played {
    for (const section of this.#sections) {
      const own = seats.filter((seat) => section.seat_ids?.includes(seat));
      const others = (section.blocked ?? []).filter((seat) => !own.includes(seat));
      section.blocked = verb === 'block' ? [...others, ...own] : others;
    }
    const played = this.#put({});
    if (played.kind !== 'event_conflict') return played;
    for (const section of this.#sections) section.blocked = (section.blocked ?? []).filter((seat) => !seats.includes(seat));
    return played;
  }

  #put(terms: Readonly<Record<string, unknown>>): Played {
    this.#terms = { ...this.#terms, ...terms };
    return { kind: this.#world.putEvent({ id: EVENT, name: 'Table', currency: 'KRW', ...this.#terms, sections: this.#sections }), facts: {} };
  }

  #hold([name = '', userId = '', ...places]: readonly string[], options: ReadonlyMap<string, string>): Played {
    const isQuantity = places.length === 1 && /^\d+$/.test(places[0] ?? '');
    const command = {
      reservationId: this.#idOf(name),
      eventId: EVENT,
      userId,
      ...(isQuantity ? { quantity: Number(places[0]) } : { seatIds: places }),
      section: options.get('in'),
      mayBeApart: options.get('split') === 'yes',
      holdForMs: seconds(options.get('for') ?? '60s') * 1000,
      admission: options.get('admission') === 'granted' ? 'granted' : 'none',
    } as const;
    const outcome = this.#world.run((unit) => this.#world.decide.hold(unit, command, this.#world.clock.nowMs()));
    return { kind: outcome.kind, facts: this.#factsOf(outcome) };
  }

  #end(verb: string, words: readonly string[], options: ReadonlyMap<string, string>): Played {
    const { decide, clock, run } = this.#world;
    const now = clock.nowMs();
    const id = this.#idOf(words[0] ?? '');
    const ref = { reservationId: id, userId: options.get('by') };
    const outcome = run((unit) => {
      switch (verb) {
        case 'commit':
          return decide.commit(unit, { ...ref, reacquire: words.includes('reacquire') }, now);
        case 'release':
          return decide.release(unit, ref, now);
        case 'expire':
          return decide.expire(unit, ref, now);
        case 'extend':
          return decide.extend(unit, { ...ref, extendByMs: seconds(words[1]) * 1000 }, now);
        case 'return':
          return decide.return(unit, { orderId: id.replace('rsv', 'ord') }, now);
        default:
          return { kind: `there is no command ${verb}` };
      }
    });
    return { kind: outcome.kind, facts: this.#factsOf(outcome) };
  }

  #count(section: string | undefined): Played {
    this.#world.journal.flush();
    const facts = this.#world.views.event(EVENT, this.#world.clock.nowMs());
    const counted = facts?.sections.filter(({ id }) => section === undefined || id === section) ?? [];
    const sum = (of: (counts: SectionFacts) => number): number => counted.reduce((total, counts) => total + of(counts), 0);
    const breaches = this.#world.audit().length;
    const taken = { held: sum(({ held }) => held), sold: sum(({ sold }) => sold) };
    const others = { free: sum(({ remaining }) => remaining), blocked: sum(({ blocked }) => blocked) };
    return { kind: '', facts: { ...taken, ...others, breaches } };
  }

  #status(name: string): Played {
    const hold = this.#world.status(this.#idOf(name));
    return { kind: hold?.state ?? 'none', facts: hold === undefined ? {} : this.#factsOf({ hold }) };
  }

  /** The facts of an outcome under the names that tables use. */
  #factsOf(outcome: Outcome): Played['facts'] {
    const { hold, clashes, expired, expiresAtMs, mostInOneSection, mostTogether, seatIds } = outcome;
    const seats = Object.fromEntries((clashes ?? []).map((clash) => ('state' in clash ? [clash.seatId, clash.state] : ['clash', clash.kind])));
    const scalars = Object.entries(outcome).filter(([, value]) => typeof value === 'number' || typeof value === 'string');
    return {
      ...Object.fromEntries(scalars.map(([name, value]) => [name, String(value)])),
      ...seats,
      ...(hold === undefined ? {} : this.#holdFacts(hold)),
      most: mostInOneSection ?? mostTogether,
      expires: this.#elapsed(hold?.expiresAtMs ?? expiresAtMs),
      ended: expired?.map((id) => this.#nameOf(id)).join(),
      missing: seatIds?.join(),
    };
  }

  #holdFacts({ seatIds, sectionId, totalMinor, quantity }: Hold): Played['facts'] {
    return { seats: seatIds.join(), section: sectionId, total: totalMinor, quantity };
  }

  #elapsed(atMs: number | undefined): string | undefined {
    return atMs === undefined ? undefined : `+${(atMs - this.#startMs) / 1000}s`;
  }

  #idOf(name: string): `rsv_${string}` {
    const number = this.#names.get(name) ?? this.#names.size + 1;
    this.#names.set(name, number);
    return reservationId(number);
  }

  #nameOf(id: string): string | undefined {
    return [...this.#names].find(([, number]) => reservationId(number) === id)?.[0];
  }
}

/** Whatever an outcome may carry. */
interface Outcome {
  readonly hold?: Hold;
  readonly expired?: readonly string[];
  readonly seatIds?: readonly string[];
  readonly clashes?: readonly SeatClash[] | readonly Clash[];
  readonly kind?: string;
  readonly expiresAtMs?: number;
  readonly mostInOneSection?: number;
  readonly mostTogether?: number;
}

const seconds = (text = ''): number => Number(text.replace(/s$/, ''));

function seatsOf(row: string, range: string): string[] {
  const [from = 0, to = 0] = range.split('-').map(Number);
  return Array.from({ length: to - from + 1 }, (_, i) => `${row}${from + i}`);
}
