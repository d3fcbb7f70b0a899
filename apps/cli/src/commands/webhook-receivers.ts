import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText, type Answer, type Question } from '../http/ask.ts';
import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';
import { print, printJson, say } from '../terminal/say.ts';
import { table } from '../terminal/table.ts';

const OPERATOR = 'operator';

export interface AddReceiverOptions {
  readonly service: string;
  readonly types: string;
  readonly secretFile?: string;
  readonly json?: boolean;
}

/** `tacos webhooks list`: who is registered for what, and how much waits for them. */
export async function listReceivers({ json = false }: { readonly json?: boolean }): Promise<number> {
  const receivers = listIn((await asked('')).body, 'receivers').map(objectOf);
  if (json) printJson(receivers);
  else if (receivers.length === 0) say('No receiver is registered. · 등록된 수신자가 없습니다.');
  else print(table(['id', 'service', 'address', 'types', 'waiting'], receivers.map(rowOf)));
  return 0;
}

/** `tacos webhooks add URL`: registers a receiver, or changes what its service has registered under the address. The secret is read from a file, so that no list of processes shows it. */
export async function addReceiver(url: string, { service, types, secretFile, json = false }: AddReceiverOptions): Promise<number> {
  const secret = secretFile === undefined ? undefined : await secretIn(secretFile);
  const body = { service_name: service, endpoint_url: url, event_types: types.split(',').map((type) => type.trim()), ...(secret === undefined ? {} : { secret }) };
  const { body: registered } = await asked('', { method: 'POST', body });
  if (json) printJson(registered);
  else print(textIn(registered, 'webhook_id'));
  if (secret === undefined) say('Its secret: npx tacos webhooks secret URL, with the same address. · 비밀 키는 같은 주소로 npx tacos webhooks secret URL을 실행하면 나옵니다.');
  return 0;
}

/** `tacos webhooks remove ID`. */
export async function removeReceiver(id: string): Promise<number> {
  await asked(`/${encodeURIComponent(id)}`, { method: 'DELETE' });
  say(`${id} gets nothing more, not even what waited for it.`);
  return 0;
}

/** `tacos webhooks test ID`: prints the id of the message. */
export async function testReceiver(id: string): Promise<number> {
  print(textIn((await asked(`/${encodeURIComponent(id)}/test`, { method: 'POST' })).body, 'message_id'));
  say('It is on its way. Where nobody accepts it, tacos webhooks list shows it waiting, and in the end tacos dlq list.');
  return 0;
}

/** Asks the gateway of the running platform, as an admin; an answer that is no success ends the command. */
async function asked(path: string, question: Omit<Question, 'token'> = {}): Promise<Answer> {
  const settings = await operatorSettings();
  const platform = await findPlatform(settings.dataDir);
  if (platform.kind !== 'running') throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. Start one with npm start, or name its directory with TACOS_DATA_DIR.`);
  const token = await tokenFor(await operatorSignIn(settings, platform), OPERATOR, 'admin');
  const answer = await ask(`${platform.file.addresses.gateway}/api/v1/admin/webhooks${path}`, { ...question, token });
  if (answer.status >= 300) throw new CommandFailed(answer.status === 404 ? 'No such receiver is registered: npx tacos webhooks list shows them.' : refusalText(answer));
  return answer;
}

async function secretIn(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new CommandFailed(`${path} cannot be read.`, { cause });
  }
}

const rowOf = (receiver: JsonObject): readonly (string | number)[] => [
  textIn(receiver, 'webhook_id'), textIn(receiver, 'service_name'), textIn(receiver, 'endpoint_url'), listIn(receiver, 'event_types').join(','), numberIn(receiver, 'queued'),
];
