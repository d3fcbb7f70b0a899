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
type Desk = (typeof DESKS)[number];
const WEBHOOK_PREFIX = 'whk_';

/** Asks one of them of the running platform, as an admin. */
type AskDesk = (desk: Desk, path: string, method?: 'GET' | 'POST') => Promise<Answer>;

/**
 * `tacos dlq list`: messages that the worker has given up, and webhooks that nobody has accepted; of each the first given up first. Exit code 1
 * when one of the two services did not answer, so that not everything is shown.
 */
export async function listDeadLetters({ json = false }: DlqOptions): Promise<number> {
  const { letters, unreached } = await everyLetter(await openDesks());
  if (json) printJson(letters);
  else if (letters.length > 0) print(table(['message', 'given up', 'attempts', 'reason'], letters.map(rowOf)));
  else if (unreached.length === 0) say('No message was given up. · 포기된 메시지가 없습니다.');
  return exitCodeAfter(unreached);
}

/** `tacos dlq show ID`. */
export async function showDeadLetter(id: string, { json = false }: DlqOptions): Promise<number> {
  const askDesk = await openDesks();
  const letter = id.startsWith(WEBHOOK_PREFIX) ? await webhookOf(askDesk, id) : found(await askDesk(DESKS[0], `/${encodeURIComponent(id)}`), id).body;
  if (json) printJson(letter);
  else print([`${textIn(letter, 'message_id')}  given up ${textIn(letter, 'given_up_at')} after ${numberIn(letter, 'attempts')} attempts: ${textIn(letter, 'reason')}`, textIn(letter, 'body')].join('\n'));
  return 0;
}

/** `tacos dlq replay ID…` or `--all`: has them worked on or sent again, from their first attempt on. One that cannot be does not keep the others. */
export async function replayDeadLetters(ids: readonly string[], { all = false }: { readonly all?: boolean }): Promise<number> {
  if (!all && ids.length === 0) throw new WrongUsage('tacos dlq replay takes ids of messages, or --all');
  const askDesk = await openDesks();
  const { letters, unreached } = all ? await everyLetter(askDesk) : { letters: [], unreached: [] };
  const wanted = all ? letters.map((letter) => textIn(letter, 'message_id')) : ids;
  const kept: string[] = [];
  for (const id of wanted) {
    const failure = await failureOf(async () => {
      found(await askDesk(id.startsWith(WEBHOOK_PREFIX) ? DESKS[1] : DESKS[0], `/${encodeURIComponent(id)}/replay`, 'POST'), id);
    });
    if (failure === undefined) print(id);
    else kept.push(failure);
  }
  for (const failure of kept) say(failure);
  if (wanted.length > kept.length) say('What is given up again is listed again.');
  else if (wanted.length === 0 && unreached.length === 0) say('There is nothing to replay.');
  return Math.max(exitCodeAfter(unreached), kept.length > 0 ? 1 : 0);
}

async function openDesks(): Promise<AskDesk> {
  const settings = await operatorSettings();
  const platform = await findPlatform(settings.dataDir);
  if (platform.kind !== 'running') throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. Start one with npm start, or name its directory with TACOS_DATA_DIR.`);
  const token = await tokenFor(await operatorSignIn(settings, platform), OPERATOR, 'admin');
  return ({ service, path }, rest, method = 'GET') => ask(`${platform.file.addresses[service]}${path}${rest}`, { method, token });
}

/** What those have who answer, and of each of the others why it does not. */
interface Letters {
  readonly letters: readonly JsonObject[];
  readonly unreached: readonly string[];
}

async function everyLetter(askDesk: AskDesk): Promise<Letters> {
  const letters: JsonObject[] = [];
  const unreached: string[] = [];
  for (const desk of DESKS) {
    const failure = await failureOf(async () => void letters.push(...(await lettersOf(askDesk, desk))));
    if (failure !== undefined) unreached.push(`The ${desk.service} service did not answer, so what it has given up is missing here. ${failure}`);
  }
  return { letters, unreached };
}

function exitCodeAfter(unreached: readonly string[]): number {
  for (const each of unreached) say(each);
  return unreached.length === 0 ? 0 : 1;
}

/** What is told of work that failed; undefined where it did not. */
async function failureOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof CommandFailed) return error.message;
    throw error;
  }
}

async function lettersOf(askDesk: AskDesk, desk: Desk): Promise<readonly JsonObject[]> {
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
