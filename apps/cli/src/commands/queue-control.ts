import { resolve } from 'node:path';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { ask, refusalText } from '../http/ask.ts';
import { numberIn, textIn, type JsonObject } from '../http/json-fields.ts';
import { print, printJson } from '../terminal/say.ts';
import { WrongUsage } from '../wrong-usage.ts';

const OPERATOR = 'operator';
const WORDS = ['show', 'pause', 'resume', 'drain', 'rate'] as const;
type Word = (typeof WORDS)[number];

/** `tacos queue show|pause|resume|drain|rate EVENT`: how a waiting room of the running platform stands, and an operator's word to it. */
export async function controlQueue(word: Word, eventId: string, perSecond: string | undefined, { json = false }: { readonly json?: boolean }): Promise<number> {
  const body = word === 'rate' ? { per_second: rateIn(perSecond) } : undefined;
  const settings = settingsOfEnvironment();
  const found = await findPlatform(settings.dataDir);
  if (found.kind !== 'running') throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. TACOS_DATA_DIR names the directory.`);
  const token = await tokenFor(await operatorSignIn(settings, found), OPERATOR, 'admin');
  const room = `${found.file.addresses.gateway}/api/v1/admin/queues/${encodeURIComponent(eventId)}`;
  const answer = await (word === 'show' ? ask(room, { token }) : ask(`${room}/${word}`, { method: 'POST', token, ...(body === undefined ? {} : { body }) }));
  if (answer.status !== 200) throw new CommandFailed(refusalText(answer));
  if (json) printJson(answer.body);
  else print(roomText(answer.body));
  return 0;
}

function rateIn(perSecond: string | undefined): number {
  if (perSecond === undefined || !/^\d{1,7}$/.test(perSecond)) throw new WrongUsage('tacos queue rate takes people a second: a whole number, 0 to give the rate back to the event');
  return Number(perSecond);
}

function roomText(room: JsonObject): string {
  const figures = (['waiting', 'ready', 'admitted', 'holding'] as const).map((name) => `${numberIn(room, name)} ${name}`).join(', ');
  return [
    `${textIn(room, 'event_id')}  ${textIn(room, 'mode')}, ${numberIn(room, 'per_second')} a second, at most ${numberIn(room, 'max_active')} inside`,
    figures,
    `${numberIn(room, 'let_in')} turns given, ${numberIn(room, 'no_shows')} of them not claimed`,
  ].join('\n');
}
