import type { EpochMs } from '@traffic-tacos/kernel';

/** What an admin asked for, or what came of it. */
export interface AdminAction {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly atMs: EpochMs;
  /** The user who asked. */
  readonly actor: string;
  /** The route: `POST /api/v1/admin/queues/:id/pause`. */
  readonly action: string;
  /** The id in the path; empty where there is none. */
  readonly target: string;
  /** The fields of the body as JSON. */
  readonly details: string;
  /** Where the request came from. */
  readonly address: string;
  /** Of both entries of one request. */
  readonly traceId: string;
  /** `asked`, written before anything is done; then the status, or the code that it was refused with. */
  readonly outcome: string;
}

/** An action in its place: `hash` is over everything else, `previous` included, which is the hash of the entry before it. */
export interface ChainedAction extends AdminAction {
  readonly previous: string;
  readonly hash: string;
}

/** What stands before the first entry. */
export const NO_ACTION = '';

/** What an entry's hash is made of: every field in a fixed order, so that no two entries have the same text. */
export const linkText = (action: AdminAction, previous: string): string =>
  JSON.stringify([
    action.sequence, action.atMs, action.actor, action.action, action.target, action.details, action.address, action.traceId, action.outcome, previous,
  ]);

/** Where a chain is not what was once written. */
export interface BrokenLink {
  readonly sequence: number;
  readonly reason: 'entries are missing before it' | 'the entry before it is another one' | 'it was changed';
}

/** Every place at which entries, oldest first, are not the chain that was written. `hashOf` is the hash that links are made with. */
export function brokenLinks(entries: Iterable<ChainedAction>, hashOf: (text: string) => string): readonly BrokenLink[] {
  const broken: BrokenLink[] = [];
  let before: ChainedAction | undefined;
  for (const entry of entries) {
    if (before !== undefined && entry.sequence !== before.sequence + 1) broken.push({ sequence: entry.sequence, reason: 'entries are missing before it' });
    else if (entry.previous !== (before?.hash ?? entry.previous) || (entry.sequence === 1 && entry.previous !== NO_ACTION)) {
      broken.push({ sequence: entry.sequence, reason: 'the entry before it is another one' });
    }
    if (entry.hash !== hashOf(linkText(entry, entry.previous))) broken.push({ sequence: entry.sequence, reason: 'it was changed' });
    before = entry;
  }
  return broken;
}
