import { resolve } from 'node:path';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { ask, refusalText, type Answer } from '../http/ask.ts';
import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';
import { print, printJson, say } from '../terminal/say.ts';
import { table } from '../terminal/table.ts';

const OPERATOR = 'operator';

export interface DlqOptions {
  readonly json?: boolean;
}

/** Asks the worker of the running platform, as an admin. */
type AskWorker = (path: string, method?: 'GET' | 'POST') => Promise<Answer>;

/** `tacos dlq list`: messages that the worker has given up, the first given up first. */
export async function listDeadLetters({ json = false }: DlqOptions): Promise<number> {
  const letters = await everyLetter(await openWorker());
  if (json) printJson(letters);
  else if (letters.length === 0) say('No message was given up. · 포기된 메시지가 없습니다.');
  else print(table(['message', 'given up', 'attempts', 'reason'], letters.map(rowOf)));
  return 0;
}

/** `tacos dlq show ID`. */
export async function showDeadLetter(id: string, { json = false }: DlqOptions): Promise<number> {
  const { body } = found(await (await openWorker())(`/${encodeURIComponent(id)}`), id);
  if (json) printJson(body);
  else print([`${textIn(body, 'message_id')}  given up ${textIn(body, 'given_up_at')} after ${numberIn(body, 'attempts')} attempts: ${textIn(body, 'reason')}`, textIn(body, 'body')].join('\n'));
  return 0;
}

/** `tacos dlq replay ID…` or `--all`: has the worker work on them again, from their first attempt on. */
export async function replayDeadLetters(ids: readonly string[], { all = false }: { readonly all?: boolean }): Promise<number> {
  const askWorker = await openWorker();
  const wanted = all ? (await everyLetter(askWorker)).map((letter) => textIn(letter, 'message_id')) : ids;
  for (const id of wanted) {
    found(await askWorker(`/${encodeURIComponent(id)}/replay`, 'POST'), id);
    print(id);
  }
  say(wanted.length === 0 ? 'There is nothing to replay.' : 'What is given up again is listed again.');
  return 0;
}

async function openWorker(): Promise<AskWorker> {
  const settings = settingsOfEnvironment();
  const platform = await findPlatform(settings.dataDir);
  if (platform.kind !== 'running') throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. Start one with npm start, or name its directory with TACOS_DATA_DIR.`);
  const token = await tokenFor(await operatorSignIn(settings, platform), OPERATOR, 'admin');
  return (path, method = 'GET') => ask(`${platform.file.addresses.worker}/v1/dead-letters${path}`, { method, token });
}

async function everyLetter(askWorker: AskWorker): Promise<readonly JsonObject[]> {
  const letters: JsonObject[] = [];
  let cursor = '';
  do {
    const answer = await askWorker(cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`);
    if (answer.status !== 200) throw new CommandFailed(refusalText(answer));
    letters.push(...listIn(answer.body, 'messages').map(objectOf));
    cursor = textIn(answer.body, 'next_cursor');
  } while (cursor !== '');
  return letters;
}

function found(answer: Answer, id: string): Answer {
  if (answer.status === 404) throw new CommandFailed(`${id} is not among the messages that were given up: npx tacos dlq list shows them.`);
  if (answer.status >= 300) throw new CommandFailed(refusalText(answer));
  return answer;
}

const rowOf = (letter: JsonObject): readonly (string | number)[] => [
  textIn(letter, 'message_id'), textIn(letter, 'given_up_at'), numberIn(letter, 'attempts'), textIn(letter, 'reason'),
];
