type Body = Readonly<Record<string, unknown>>;

/**
 * The bodies that many poll, each made once for what it shows: until that changes every reader gets the same object, which the edge renders once. The
 * one that was not asked for the longest goes when there are more than the limit.
 */
export class SharedBodies {
  readonly #limit: number;
  readonly #bodies = new Map<string, { readonly tag: string; readonly body: Body }>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What was made for this name and tag. */
  find(name: string, tag: string): Body | undefined {
    const known = this.#bodies.get(name);
    if (known === undefined || known.tag !== tag) return undefined;
    this.#bodies.delete(name);
    this.#bodies.set(name, known);
    return known.body;
  }

  keep(name: string, tag: string, body: Body): Body {
    this.#bodies.delete(name);
    this.#bodies.set(name, { tag, body });
    for (const oldest of this.#bodies.keys()) {
      if (this.#bodies.size <= this.#limit) break;
      this.#bodies.delete(oldest);
    }
    return body;
  }
}
