import type { Ledger } from './ledger.ts';

/** What is looked at, and from when on the sale may end. */
export interface EndingSale {
  readonly ledger: Pick<Ledger, 'holds'>;
  readonly atLeastMs: number;
  end(): Promise<unknown>;
}

const BEAT_MS = 250;
/** Nobody got a hold for so long: what is left is held by people who have gone. */
const QUIET_BEATS = 8;
/** Where nobody gets anything at all. */
const LONGEST = 10;

/**
 * Ends the sale when enough time has passed and nothing is sold any more: who still waits is told. Time is counted in beats of this process, so that one that
 * was held up for a while has not missed it. The answer calls it off.
 */
export function endWhenQuiet({ ledger, atLeastMs, end }: EndingSale): () => void {
  const leastBeats = atLeastMs / BEAT_MS;
  let beats = 0;
  let quietBeats = 0;
  let holds = 0;
  const timer = setInterval(() => {
    beats++;
    quietBeats = ledger.holds === holds ? quietBeats + 1 : 0;
    holds = ledger.holds;
    const isOver = holds > 0 && beats >= leastBeats && quietBeats >= QUIET_BEATS;
    if (!isOver && beats < LONGEST * leastBeats) return;
    clearInterval(timer);
    // A connection may just have been closed; where nobody answers any more, those in line find that out themselves.
    void end().catch(end).catch(() => undefined);
  }, BEAT_MS);
  return () => clearInterval(timer);
}
