import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText, type Answer } from './ask.ts';
import { numberIn, textIn } from './json-fields.ts';

/** How somebody's wait stands; `etaSec` is undefined where it is not known. */
export interface Waiting {
  readonly position: number | undefined;
  readonly etaSec: number | undefined;
}

export interface Turn {
  readonly reservationToken: string;
  readonly waitedMs: number;
}

/** Joins an event's waiting room, asks as often as it is told to, and claims its turn. Throws `CommandFailed` where there will be none. */
export async function waitForTurn(gateway: string, token: string | undefined, eventId: string, onWaiting: (waiting: Waiting) => void): Promise<Turn> {
  const startedMs = performance.now();
  const who = token === undefined ? {} : { token };
  const joined = granted(await ask(`${gateway}/api/v1/queue/join`, { method: 'POST', body: { event_id: eventId }, ...who }), 202);
  const waitingToken = textIn(joined, 'waiting_token');
  for (let place = joined; textIn(place, 'status') !== 'ready'; ) {
    if (!['waiting', 'ready', 'admitted'].includes(textIn(place, 'status'))) throw new CommandFailed(`The waiting room says ${textIn(place, 'status')}: ${textIn(place, 'reason')}`);
    if (textIn(place, 'status') === 'admitted') break;
    onWaiting({ position: known(place['position']), etaSec: known(place['eta_sec']) });
    await sleep(numberIn(place, 'poll_after_ms'));
    place = granted(await ask(`${gateway}/api/v1/queue/status?token=${waitingToken}`), 200);
  }
  const entered = granted(await ask(`${gateway}/api/v1/queue/enter`, { method: 'POST', body: { waiting_token: waitingToken }, ...who }), 200);
  return { reservationToken: textIn(entered, 'reservation_token'), waitedMs: performance.now() - startedMs };
}

const known = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function granted(answer: Answer, status: number): Answer['body'] {
  if (answer.status !== status) throw new CommandFailed(refusalText(answer));
  return answer.body;
}
