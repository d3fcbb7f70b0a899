/** How far the journal is: what was applied last, and what is on disk. */
export interface Durability {
  readonly appliedSequence: number;
  readonly durableSequence: number;
}
