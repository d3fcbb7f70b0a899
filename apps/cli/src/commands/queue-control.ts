import { CommandFailed } from '../command-failed.ts';
import { askRoom } from '../http/ask-room.ts';
import { textIn } from '../http/json-fields.ts';
import { print, printJson } from '../terminal/say.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { roomText } from './room-text.ts';

const WORDS = ['show', 'pause', 'resume', 'drain', 'rate'] as const;
type Word = (typeof WORDS)[number];

/** `tacos queue show|pause|resume|drain|rate EVENT`: how a waiting room of the running platform stands, and an operator's word to it. */
export async function controlQueue(word: Word, eventId: string, perSecond: string | undefined, { json = false }: { readonly json?: boolean }): Promise<number> {
  if (word !== 'show') await refuseWithoutRoom(word, eventId);
  const body = word === 'rate' ? { per_second: rateIn(perSecond) } : undefined;
  const room = word === 'show' ? await askRoom(eventId, '') : await askRoom(eventId, `/${word}`, { method: 'POST', body });
  if (json) printJson(room);
  else print(roomText(room));
  return 0;
}

/** An operator who pauses a room wants people to stop. Where the event lets everybody buy, they would not. */
async function refuseWithoutRoom(word: Exclude<Word, 'show'>, eventId: string): Promise<void> {
  if (textIn(await askRoom(eventId, ''), 'waiting_room') !== 'off') return;
  throw new CommandFailed(`${eventId} has no waiting room: its waiting_room is off, whoever wants seats holds them at once, and ${word} would stop or slow nobody.
To end the sale: npx tacos queue schedule ${eventId} --sale-ends TIME. To have a room: import the event with "waiting_room": "on". · 대기실이 없는 이벤트입니다.`);
}

function rateIn(perSecond: string | undefined): number {
  if (perSecond === undefined || !/^\d{1,7}$/.test(perSecond)) throw new WrongUsage('tacos queue rate takes people a second: a whole number, 0 to give the rate back to the event');
  return Number(perSecond);
}
