import { resolve } from 'node:path';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText, type Answer } from '../http/ask.ts';
import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';
import { print, printJson, say } from '../terminal/say.ts';
import { table } from '../terminal/table.ts';
import { WrongUsage } from '../wrong-usage.ts';

const OPERATOR = 'operator';

export interface DlqOptions {
  readonly json?: boolean;
}

/** Where letters are kept, and what an answer calls them: the worker's messages, and webhooks that no receiver has accepted. */
const DESKS = [
  { service: 'worker', path: '/v1/dead-letters', list: 'messages', id: 'message_id' },
  { service: 'payment', path: '/v1/webhooks/dead-letters', list: 'webhooks', id: 'webhook_id' },
] as const;
const WEBHOOK_PREFIX = 'whk_';

/** Asks one of them of the running platform, as an admin. */
type AskDesk = (desk: (typeof DESKS)[number], path: string, method?: 'GET' | 'POST') => Promise<Answer>;

/** `tacos dlq list`: messages that the worker has given up, and webhooks that nobody has accepted; of each the first given up first. */
export async function listDeadLetters({ json = false }: DlqOptions): Promise<number> {
  const letters = await everyLetter(await openDesks());
  if (json) printJson(letters);
  else if (letters.length === 0) say('No message was given up. · 포기된 메시지가 없습니다.');
  else print(table(['message', 'given up', 'attempts', 'reason'], letters.map(rowOf)));
  return 0;
}

/** `tacos dlq show ID`. */
export async function showDeadLetter(id: string, { json = false }: DlqOptions): Promise<number> {
  const askDesk = await openDesks();
  const letter = id.startsWith(WEBHOOK_PREFIX) ? await webhookOf(askDesk, id) : found(await askDesk(DESKS[0], `/${encodeURIComponent(id)}`), id).body;
  if (json) printJson(letter);
  else print([`${textIn(letter, 'message_id')}  given up ${textIn(letter, 'given_up_at')} after ${numberIn(letter, 'attempts')} attempts: ${textIn(letter, 'reason')}`, textIn(letter, 'body')].join('\n'));
  return 0;
}

/** `tacos dlq replay ID…` or `--all`: has them worked on or sent again, from their first attempt on. */
export async function replayDeadLetters(ids: readonly string[], { all = false }: { readonly all?: boolean }): Promise<number> {
  if (!all && ids.length === 0) throw new WrongUsage('tacos dlq replay takes ids of messages, or --all');
  const askDesk = await openDesks();
  const wanted = all ? (await everyLetter(askDesk)).map((letter) => textIn(letter, 'message_id')) : ids;
  for (const id of wanted) {
    found(await askDesk(id.startsWith(WEBHOOK_PREFIX) ? DESKS[1] : DESKS[0], `/${encodeURIComponent(id)}/replay`, 'POST'), id);
    print(id);
  }
  say(wanted.length === 0 ? 'There is nothing to replay.' : 'What is given up again is listed again.');
  return 0;
}

async function openDesks(): Promise<AskDesk> {
  const settings = await operatorSettings();
  const platform = await findPlatform(settings.dataDir);
  if (platform.kind !== 'running') throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. Start one with npm start, or name its directory with TACOS_DATA_DIR.`);
  const token = await tokenFor(await operatorSignIn(settings, platform), OPERATOR, 'admin');
  return ({ service, path }, rest, method = 'GET') => ask(`${platform.file.addresses[service]}${path}${rest}`, { method, token });
}

const everyLetter = async (askDesk: AskDesk): Promise<readonly JsonObject[]> => (await Promise.all(DESKS.map((desk) => lettersOf(askDesk, desk)))).flat();

async function lettersOf(askDesk: AskDesk, desk: (typeof DESKS)[number]): Promise<readonly JsonObject[]> {
  const letters: JsonObject[] = [];
  let cursor = '';
  do {
    const answer = await askDesk(desk, cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`);
    if (answer.status !== 200) throw new CommandFailed(refusalText(answer));
    for (const { [desk.id]: id, ...letter } of listIn(answer.body, desk.list).map(objectOf)) letters.push({ message_id: id, ...letter });
    cursor = textIn(answer.body, 'next_cursor');
  } while (cursor !== '');
  return letters;
}

async function webhookOf(askDesk: AskDesk, id: string): Promise<JsonObject> {
  const letter = (await lettersOf(askDesk, DESKS[1])).find((each) => textIn(each, 'message_id') === id);
  if (letter === undefined) throw new CommandFailed(notGivenUp(id));
  return letter;
}

const notGivenUp = (id: string): string => `${id} is not among the messages that were given up: npx tacos dlq list shows them.`;

function found(answer: Answer, id: string): Answer {
  if (answer.status === 404) throw new CommandFailed(notGivenUp(id));
  if (answer.status >= 300) throw new CommandFailed(refusalText(answer));
  return answer;
}

const rowOf = (letter: JsonObject): readonly (string | number)[] => [
  textIn(letter, 'message_id'), textIn(letter, 'given_up_at'), numberIn(letter, 'attempts'), textIn(letter, 'reason'),
];
