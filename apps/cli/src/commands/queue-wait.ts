import { resolve } from 'node:path';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText } from '../http/ask.ts';
import { textIn } from '../http/json-fields.ts';
import { waitForTurn, type Door } from '../http/wait-for-turn.ts';
import { print, printJson, say } from '../terminal/say.ts';

/** `tacos queue wait EVENT --user ID`: waits for a user's turn and prints the reservation token, and nothing else. */
export async function waitInQueue(eventId: string, { user, json = false }: { readonly user: string; readonly json?: boolean }): Promise<number> {
  const settings = await operatorSettings();
  const found = await findPlatform(settings.dataDir);
  if (found.kind !== 'running') throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. TACOS_DATA_DIR names the directory.`);
  const token = await tokenFor(await operatorSignIn(settings, found), user, 'user');
  const event = await ask(`${found.file.addresses.gateway}/api/v1/events/${encodeURIComponent(eventId)}`);
  if (textIn(event.body, 'waiting_room') === 'off') say(`${eventId} has no waiting room (waiting_room is off): seats are held without the token that this waits for.`);
  const turn = await waitForTurn(doorOf(found.file.addresses.gateway, token, eventId), ({ status, position, eta }) => {
    if (status === 'waiting') say(`place ${position ?? 'not drawn yet'}, ${eta === undefined ? 'the wait is not known yet' : `some ${eta.sec} s to wait (${eta.minSec} to ${eta.maxSec})`}`);
  });
  if (turn.kind === 'refused') throw new CommandFailed(refusalText(turn.answer));
  if (turn.kind === 'over') throw new CommandFailed(`The waiting room says ${turn.status}: ${turn.reason}`);
  if (json) printJson({ reservation_token: turn.reservationToken, waited_ms: Math.round(turn.waitedMs) });
  else print(turn.reservationToken);
  return 0;
}

const doorOf = (gateway: string, token: string, eventId: string): Door => ({
  join: () => ask(`${gateway}/api/v1/queue/join`, { method: 'POST', token, body: { event_id: eventId } }),
  look: (waitingToken) => ask(`${gateway}/api/v1/queue/status?token=${waitingToken}`),
  enter: (waitingToken) => ask(`${gateway}/api/v1/queue/enter`, { method: 'POST', token, body: { waiting_token: waitingToken } }),
});
