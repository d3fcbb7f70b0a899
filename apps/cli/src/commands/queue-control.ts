import { askRoom } from '../http/ask-room.ts';
import { print, printJson } from '../terminal/say.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { roomText } from './room-text.ts';

const WORDS = ['show', 'pause', 'resume', 'drain', 'rate'] as const;
type Word = (typeof WORDS)[number];

/** `tacos queue show|pause|resume|drain|rate EVENT`: how a waiting room of the running platform stands, and an operator's word to it. */
export async function controlQueue(word: Word, eventId: string, perSecond: string | undefined, { json = false }: { readonly json?: boolean }): Promise<number> {
  const body = word === 'rate' ? { per_second: rateIn(perSecond) } : undefined;
  const room = word === 'show' ? await askRoom(eventId, '') : await askRoom(eventId, `/${word}`, { method: 'POST', body });
  if (json) printJson(room);
  else print(roomText(room));
  return 0;
}

function rateIn(perSecond: string | undefined): number {
  if (perSecond === undefined || !/^\d{1,7}$/.test(perSecond)) throw new WrongUsage('tacos queue rate takes people a second: a whole number, 0 to give the rate back to the event');
  return Number(perSecond);
}
