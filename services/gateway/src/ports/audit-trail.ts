import type { AdminAction, BrokenLink, ChainedAction } from '../domain/admin-action.ts';

export interface TrailPage {
  /** Newest first. */
  readonly entries: readonly ChainedAction[];
  /** The sequence before which the next page begins; undefined at the end. */
  readonly next: number | undefined;
}

/** What admins have asked for, in a chain that cannot be rewritten unnoticed. */
export interface AuditTrail {
  /** Entries that are kept. */
  readonly size: number;
  /** Resolves when the entry is durable. May reject with `Unavailable`. */
  record(action: Omit<AdminAction, 'sequence' | 'atMs'>): Promise<ChainedAction>;
  list(query: { readonly before: number | undefined; readonly limit: number }): TrailPage;
  /** The newest entry: whoever has noted its hash can tell later that everything up to it is as it was. */
  head(): ChainedAction | undefined;
  /** Everything that is not as it was written. */
  check(): readonly BrokenLink[];
}
