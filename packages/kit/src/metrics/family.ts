import { invariant } from '@traffic-tacos/kernel';

/**
 * Children that one metric may have. Labels are bounded by rule (no user, seat or reservation ids); this catches a rule that was
 * broken.
 */
const MAX_CHILDREN = 5_000;

/** The label values of the child that takes what comes after the limit. */
const OVERFLOW = 'overflow';

/** One metric with its children by label values. Callers keep the child that they need: a lookup joins texts. */
export interface Family<Child> {
  /** The child for these label values, in the order of the label names. */
  with(...values: readonly string[]): Child;
}

/** A child together with its labels, for whoever prints it. */
export interface LabelledChild<Child> {
  readonly labels: Readonly<Record<string, string>>;
  readonly child: Child;
}

/** The children of one metric. */
export class Children<Child> implements Family<Child> {
  readonly labelNames: readonly string[];
  readonly #create: () => Child;
  readonly #children = new Map<string, LabelledChild<Child>>();

  constructor(labelNames: readonly string[], create: () => Child) {
    this.labelNames = labelNames;
    this.#create = create;
    if (labelNames.length === 0) this.with();
  }

  with(...values: readonly string[]): Child {
    invariant(values.length === this.labelNames.length, `wants labels ${this.labelNames.join(', ')}`);
    const key = values.join('\u0000');
    const known = this.#children.get(key);
    if (known !== undefined) return known.child;
    if (this.#children.size >= MAX_CHILDREN) return this.#overflowChild();
    return this.#add(key, values);
  }

  all(): Iterable<LabelledChild<Child>> {
    return this.#children.values();
  }

  #overflowChild(): Child {
    return this.#children.get(OVERFLOW)?.child ?? this.#add(OVERFLOW, this.labelNames.map(() => OVERFLOW));
  }

  #add(key: string, values: readonly string[]): Child {
    const labels = Object.fromEntries(this.labelNames.map((name, i) => [name, values[i] ?? '']));
    const child = this.#create();
    this.#children.set(key, { labels, child });
    return child;
  }
}
