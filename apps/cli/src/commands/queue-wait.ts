import { resolve } from 'node:path';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { waitForTurn } from '../http/wait-for-turn.ts';
import { print, printJson, say } from '../terminal/say.ts';

/** `tacos queue wait EVENT --user ID`: waits for a user's turn and prints the reservation token, and nothing else. */
export async function waitInQueue(eventId: string, { user, json = false }: { readonly user: string; readonly json?: boolean }): Promise<number> {
  const settings = settingsOfEnvironment();
  const found = await findPlatform(settings.dataDir);
  if (found.kind !== 'running') throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. TACOS_DATA_DIR names the directory.`);
  const token = await tokenFor(await operatorSignIn(settings, found), user, 'user');
  const turn = await waitForTurn(found.file.addresses.gateway, token, eventId, ({ position, etaSec }) => {
    say(`place ${position ?? 'not drawn yet'}, ${etaSec === undefined ? 'the wait is not known yet' : `some ${etaSec} s to wait`}`);
  });
  if (json) printJson({ reservation_token: turn.reservationToken, waited_ms: Math.round(turn.waitedMs) });
  else print(turn.reservationToken);
  return 0;
}
