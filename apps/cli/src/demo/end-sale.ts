import { tokenFor } from '../beside/operator-sign-in.ts';
import { ask } from '../http/ask.ts';
import type { Ledger } from './ledger.ts';
import type { Stage } from './stage.ts';

/** What is looked at, and from when on the sale may end. */
export interface EndingSale {
  readonly eventId: string;
  readonly ledger: Pick<Ledger, 'holds'>;
  readonly atLeastMs: number;
  nowMs(): number;
}

const BEAT_MS = 250;
/** Nobody got a hold for so long: what is left is held by people who have gone. */
const QUIET_BEATS = 8;
/** Where nobody gets anything at all. */
const LONGEST = 10;

/**
 * Ends the sale by its schedule, as its organizer would, when enough time has passed and nothing is sold any more: who still waits is told. Time is counted in
 * beats of this process, so that one that was held up for a while has not missed it. The answer calls it off.
 */
export async function endWhenQuiet({ addresses, sign }: Stage, { eventId, ledger, atLeastMs, nowMs }: EndingSale): Promise<() => void> {
  const token = await tokenFor(sign, 'demo-organizer', 'organizer');
  const leastBeats = atLeastMs / BEAT_MS;
  let beats = 0;
  let quietBeats = 0;
  let holds = 0;
  const end = (): Promise<unknown> =>
    ask(`${addresses.gateway}/api/v1/admin/queues/${eventId}/schedule`, { method: 'POST', token, body: { sale_ends_at: new Date(nowMs()).toISOString() } });
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
