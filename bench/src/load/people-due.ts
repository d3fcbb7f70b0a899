const BUCKET_MS = 4;

/**
 * Whoever has something to do at an instant, soonest first, to within 4 ms: putting somebody in and taking them out costs the same however many there
 * are. Instants are of `performance.now()`, and come as numbers in ms.
 */
export class PeopleDue<Person> {
  readonly #buckets = new Map<number, Person[]>();
  #at = 0;
  #size = 0;

  constructor(nowMs: number) {
    this.#at = Math.floor(nowMs / BUCKET_MS);
  }

  add(person: Person, atMs: number): void {
    const at = Math.max(this.#at, Math.floor(atMs / BUCKET_MS));
    const bucket = this.#buckets.get(at);
    if (bucket === undefined) this.#buckets.set(at, [person]);
    else bucket.push(person);
    this.#size++;
  }

  /** Whoever's instant has come; undefined where there is nobody. */
  takeDue(nowMs: number): Person | undefined {
    const until = Math.floor(nowMs / BUCKET_MS);
    for (; this.#size > 0 && this.#at <= until; this.#at++) {
      const bucket = this.#buckets.get(this.#at);
      const person = bucket?.pop();
      if (person !== undefined) {
        this.#size--;
        return person;
      }
      this.#buckets.delete(this.#at);
    }
    return undefined;
  }
}
