import type { Journal, JournalRelay } from '@traffic-tacos/journal';
import type { Clock, EpochMs } from '@traffic-tacos/kernel';

/**
 * Until when others have been told of everything that was decided here: the instant of a look, once the relay is past all that stood in the journal at that
 * look. Each call looks anew; undefined before the first look is passed.
 */
export function toldThrough(journal: Pick<Journal, 'appliedSequence'>, relay: Pick<JournalRelay, 'relayedBefore'>, clock: Clock): () => EpochMs | undefined {
  let told: EpochMs | undefined;
  let look: { readonly sequence: number; readonly atMs: EpochMs } | undefined;
  const pass = (): void => {
    if (look === undefined || relay.relayedBefore <= look.sequence) return;
    told = look.atMs;
    look = undefined;
  };
  return () => {
    pass();
    look ??= { atMs: clock.nowMs(), sequence: journal.appliedSequence };
    pass();
    return told;
  };
}
