/** What was not as it should be between two records, and what came of it. */
export interface FoundDifference {
  /** Its name on the list of docs/reference/differences.md. */
  readonly kind: string;
  /** The sentence of that name. */
  readonly means: string;
  /** The record, or the places, that it is about. */
  readonly subject: string;
  readonly detail: string;
  /** `waiting`: it is looked at again, and may need nobody. */
  readonly outcome: 'healed' | 'waiting' | 'alarmed';
}

export interface ReconciliationReport {
  readonly lookedAt: { readonly holds: number; readonly reservations: number; readonly orders: number; readonly intents: number };
  readonly differences: readonly FoundDifference[];
  /** Differences beyond those that were kept. */
  readonly more: number;
  /** Services in other processes that did not answer all that they were asked: what is theirs was not compared, or not to the end. */
  readonly unreached: readonly string[];
}

/** Compares the records of all services with each other, and heals what a rule can heal. */
export interface Reconciliation {
  /** A whole walk, now. Several who ask at once get the same one. */
  run(): Promise<ReconciliationReport>;
}
