import { bestTogether } from './best-together.ts';
import type { Ask, ModelHold, ModelSection } from './model-types.ts';

type Answer = { readonly kind: string; readonly [fact: string]: unknown };
type Verb = 'commit' | 'reacquire' | 'release' | 'expire' | 'extend' | 'return';

/** The hold contract in the simplest form that could be right: lists, no indexes, no counters, nothing derived. Slow on purpose. */
export class ReferenceModel {
  now = 0;
  limit = 3;
  sections: ModelSection[] = [];
  readonly holds = new Map<number, ModelHold>();

  stateOf = (hold: ModelHold): string => (hold.state === 'held' && this.now >= hold.until ? 'expired' : hold.state);
  isLive = (hold: ModelHold): boolean => ['held', 'committed'].includes(this.stateOf(hold));
  live = (is: (hold: ModelHold) => boolean): ModelHold[] => [...this.holds.values()].filter((hold) => this.isLive(hold) && is(hold));
  count = (is: (hold: ModelHold) => boolean): number => this.live(is).reduce((sum, { quantity }) => sum + quantity, 0);
  placesOf = (user: string): number => this.count((hold) => hold.user === user);
  takenIn = (id: string): number => this.count((hold) => hold.section === id);
  sectionOf = (seat: string): ModelSection | undefined => this.sections.find(({ seats }) => seats.includes(seat));

  clashes(seats: readonly string[]): string[] {
    return seats.flatMap((seat) => {
      const [owner] = this.live((hold) => hold.seats.includes(seat));
      if (owner !== undefined) return [`${seat} ${owner.state === 'held' ? 'held' : 'sold'}`];
      return this.sectionOf(seat)?.blocked.has(seat) === true ? [`${seat} blocked`] : [];
    });
  }

  freeIn({ id, seats, capacity }: ModelSection): number {
    return capacity === undefined ? seats.filter((seat) => this.clashes([seat]).length === 0).length : capacity - this.takenIn(id);
  }

  hold(ask: Ask): Answer {
    const known = this.holds.get(ask.id);
    if (known !== undefined) return { kind: this.repeat(known.ask, ask) };
    const room = Math.max(0, this.limit - this.placesOf(ask.user));
    if (ask.quantity > room) return { kind: 'purchase_limit_exceeded', remaining: room };
    return ask.seats === undefined ? this.holdQuantity(ask) : this.holdSeats(ask.seats);
  }

  repeat(first: Ask, ask: Ask): string {
    if (first.user !== ask.user) return 'exists_with_different_user';
    if ([...(first.seats ?? ['*'])].sort().join() !== [...(ask.seats ?? ['*'])].sort().join()) return 'exists_with_different_seats';
    if (first.quantity !== ask.quantity) return 'exists_with_different_quantity';
    return first.section === ask.section ? 'exists' : 'exists_with_different_section';
  }

  holdSeats(seats: readonly string[]): Answer {
    const clashes = this.clashes(seats);
    if (clashes.length > 0) return { kind: 'seat_unavailable', clashes };
    const sections = new Set(seats.map((seat) => this.sectionOf(seat)?.id));
    const total = seats.reduce((sum, seat) => sum + (this.sectionOf(seat)?.price ?? 0), 0);
    return { kind: 'held', section: sections.size === 1 ? [...sections][0] : undefined, seats, total };
  }

  /** `seats` is undefined where any free ones of the section that stand together will do. */
  holdQuantity({ quantity, section, apart }: Ask): Answer {
    const tried = this.sections.filter(({ id }) => section === undefined || id === section);
    const most = Math.max(...tried.map((candidate) => this.freeIn(candidate)));
    const isFree = (seat: string): boolean => this.clashes([seat]).length === 0;
    const will = (candidate: ModelSection): boolean =>
      this.freeIn(candidate) >= quantity && (candidate.capacity !== undefined || apart || bestTogether(candidate, quantity, isFree) !== undefined);
    const chosen = tried.find(will);
    if (chosen === undefined) return most < quantity ? { kind: 'sold_out', most } : { kind: 'not_together' };
    // Seats of holds that are over but that nobody has ended are taken only where the others will not do.
    const kept = [...this.holds.values()].flatMap(({ state, seats }) => (state === 'held' || state === 'committed' ? seats : []));
    const easy = bestTogether(chosen, quantity, (seat) => !chosen.blocked.has(seat) && !kept.includes(seat));
    return { kind: 'held', section: chosen.id, seats: chosen.capacity === undefined ? easy : [], total: chosen.price * quantity };
  }

  end(id: number, verb: Verb, user: string | undefined, byMs = 0): Answer {
    const hold = this.holds.get(id);
    const notFound = { kind: verb === 'return' ? 'order_not_found' : 'hold_not_found' };
    if (hold === undefined || (user !== undefined && user !== hold.user)) return notFound;
    const state = this.stateOf(hold);
    const become = (next: ModelHold['state']): Answer => ((hold.state = next), { kind: next });
    if (verb === 'return' && state === 'returned') return { kind: 'already_returned' };
    if (verb === 'return') return state === 'committed' ? become('returned') : notFound;
    if (state === 'returned' || state === 'committed') return { kind: state === 'returned' ? 'hold_returned' : 'already_committed' };
    if (state === 'held' && verb !== 'extend') return verb === 'expire' ? { kind: 'not_due' } : become(verb === 'release' ? 'released' : 'committed');
    if (state === 'held') return this.extend(hold, byMs);
    if (verb === 'reacquire') return this.reacquire(hold);
    if (verb === 'expire' && state === 'expired') return hold.state === 'expired' ? { kind: 'already_expired' } : become('expired');
    return { kind: verb === 'release' && state === 'released' ? 'already_released' : `hold_${state}` };
  }

  extend(hold: ModelHold, byMs: number): Answer {
    if (hold.extendedBy > 0) return { kind: hold.extendedBy === byMs ? 'already_extended' : 'extension_not_allowed' };
    if (byMs < 1 || byMs > 20) return { kind: 'extension_not_allowed' };
    [hold.until, hold.extendedBy] = [hold.until + byMs, byMs];
    return { kind: 'extended' };
  }

  reacquire(hold: ModelHold): Answer {
    const clashes = this.clashes(hold.seats);
    const pool = this.sections.find(({ id, capacity }) => id === hold.section && capacity !== undefined);
    if (this.placesOf(hold.user) + hold.quantity > this.limit) return { kind: 'seats_gone', reason: 'purchase_limit' };
    if (clashes.length > 0 || (pool !== undefined && this.freeIn(pool) < hold.quantity)) return { kind: 'seats_gone', reason: 'taken' };
    hold.state = 'committed';
    return { kind: 'committed' };
  }
}
