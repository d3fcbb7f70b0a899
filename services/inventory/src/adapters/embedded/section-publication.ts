import { BLOCKED, FREE, HELD, SOLD } from '../../domain/seat-state.ts';

const DUE = 4;
const COLUMNS = 5;

/** What strangers see of a section: its counts as of the last group on disk, with holds that are over by now counted as free. */
export class SectionPublication {
  readonly #shown = new Int32Array(COLUMNS);
  readonly #sealed = new Int32Array(COLUMNS);
  /** Changed since the last seal. */
  isDirty = false;

  get free(): number {
    return this.#count(FREE) + this.due;
  }

  get held(): number {
    return this.#count(HELD) - this.due;
  }

  get sold(): number {
    return this.#count(SOLD);
  }

  get blocked(): number {
    return this.#count(BLOCKED);
  }

  get capacity(): number {
    return this.#count(FREE) + this.#count(HELD) + this.#count(SOLD) + this.#count(BLOCKED);
  }

  /** Places of holds that are over. A hold may be over before it is on disk; it is not shown at all then. */
  get due(): number {
    return Math.min(this.#shown[DUE] ?? 0, this.#count(HELD));
  }

  addDue(places: number): void {
    this.#shown[DUE] = (this.#shown[DUE] ?? 0) + places;
    this.#sealed[DUE] = (this.#sealed[DUE] ?? 0) + places;
  }

  /** Remembers the counts that go to disk with the group that is closed now. */
  seal(counts: Int32Array, duePlaces: number): void {
    this.#sealed.set(counts);
    this.#sealed[DUE] = duePlaces;
    this.isDirty = false;
  }

  /** Shows what was sealed. */
  flush(): void {
    this.#shown.set(this.#sealed);
  }

  #count(state: number): number {
    return this.#shown[state] ?? 0;
  }
}
