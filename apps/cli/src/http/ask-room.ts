import { resolve } from 'node:path';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText } from './ask.ts';
import type { JsonObject } from './json-fields.ts';

const OPERATOR = 'operator';

/** Asks the running platform about an event's waiting room, or with `body` changes it, as its operator may. Throws `CommandFailed` with what was refused. */
export async function askRoom(eventId: string, path: string, { method = 'GET', body }: { readonly method?: 'GET' | 'POST'; readonly body?: unknown } = {}): Promise<JsonObject> {
  const settings = await operatorSettings();
  const found = await findPlatform(settings.dataDir);
  if (found.kind !== 'running') throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. TACOS_DATA_DIR names the directory.`);
  const token = await tokenFor(await operatorSignIn(settings, found), OPERATOR, 'admin');
  const answer = await ask(`${found.file.addresses.gateway}/api/v1/admin/queues/${encodeURIComponent(eventId)}${path}`, { method, token, ...(body === undefined ? {} : { body }) });
  if (answer.status !== 200) throw new CommandFailed(refusalText(answer));
  return answer.body;
}
