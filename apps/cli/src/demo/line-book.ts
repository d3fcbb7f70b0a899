import type { PlaceSeen } from '../http/wait-for-turn.ts';

/** What somebody was told of their wait, and when: in whole seconds, of the platform's own clock. */
interface Told {
  readonly waitedSec: number;
  readonly minSec: number;
  readonly maxSec: number;
}

/** What one person in line was shown. */
interface Follower {
  position: number | undefined;
  hasHadTurn: boolean;
  readonly told: Told[];
}

/** Waits of those whose turn came, in whole seconds. */
export interface Waits {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Seconds are told as whole ones, both of the wait and of what was waited: that much they may differ. */
const ROUNDING_SEC = 1;

/** What people in line were shown, held against what came of it. */
export class LineBook {
  readonly #people = new Map<string, Follower>();
  readonly #waitsSec: number[] = [];
  #shown = 0;
  #grown = 0;
  #etasShown = 0;
  #etasJudged = 0;
  #etasHeld = 0;
  #inLine = 0;
  #triedWithout = 0;
  #heldWithout = 0;

  /** Somebody saw their place. */
  see(userId: string, { status, position, eta, waitedSec }: PlaceSeen): void {
    const person = this.#personOf(userId);
    if (position !== undefined) {
      this.#shown++;
      if (person.position !== undefined && position > person.position) this.#grown++;
      person.position = position;
    }
    if (status === 'waiting' && eta !== undefined) {
      this.#etasShown++;
      person.told.push({ waitedSec: waitedSec ?? 0, minSec: eta.minSec, maxSec: eta.maxSec });
    }
    if (status !== 'ready' || waitedSec === undefined || person.hasHadTurn) return;
    person.hasHadTurn = true;
    this.#turnOf(person, waitedSec);
  }

  #personOf(userId: string): Follower {
    const known = this.#people.get(userId);
    if (known !== undefined) return known;
    const person: Follower = { position: undefined, hasHadTurn: false, told: [] };
    this.#people.set(userId, person);
    this.#inLine++;
    return person;
  }

  /** It came after `waitedSec`: did each wait that was told hold that? */
  #turnOf(person: Follower, waitedSec: number): void {
    this.#waitsSec.push(waitedSec);
    for (const told of person.told.splice(0)) {
      const tookSec = waitedSec - told.waitedSec;
      this.#etasJudged++;
      if (tookSec >= told.minSec - ROUNDING_SEC && tookSec <= told.maxSec + ROUNDING_SEC) this.#etasHeld++;
    }
  }

  /** Somebody stands in line no longer. */
  leave(): void {
    this.#inLine--;
  }

  /** Somebody asked for seats before they were let in. */
  addJump(gotIn: boolean): void {
    this.#triedWithout++;
    if (gotIn) this.#heldWithout++;
  }

  get joined(): number {
    return this.#people.size;
  }

  get inLine(): number {
    return this.#inLine;
  }

  get turns(): number {
    return this.#waitsSec.length;
  }

  get positions(): { readonly shown: number; readonly grown: number } {
    return { shown: this.#shown, grown: this.#grown };
  }

  /** `judged` are those of people whose turn came; of these `held` held what came true. */
  get etas(): { readonly shown: number; readonly judged: number; readonly held: number } {
    return { shown: this.#etasShown, judged: this.#etasJudged, held: this.#etasHeld };
  }

  get jumps(): { readonly tried: number; readonly gotIn: number } {
    return { tried: this.#triedWithout, gotIn: this.#heldWithout };
  }

  /** Undefined where nobody's turn came. */
  get waitsSec(): Waits | undefined {
    const sorted = this.#waitsSec.toSorted((a, b) => a - b);
    const at = (part: number): number => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
    return sorted.length === 0 ? undefined : { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
  }
}
