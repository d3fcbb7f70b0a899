import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText, type Answer } from './ask.ts';
import { refuseOtherService } from './inventory-address.ts';
import { errorCodeIn, listIn, objectOf, textIn, type JsonObject } from './json-fields.ts';

const OK = 200;

/** Events, and the wall time of the platform when it told of them. */
export interface ReadEvents {
  readonly events: readonly JsonObject[];
  readonly serverMs: number;
}

/** Every listed event of a platform, or really all, page by page, in the order of their ids. */
export async function readEvents(address: string, all: boolean): Promise<ReadEvents> {
  const events: JsonObject[] = [];
  let serverMs = 0;
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const answer = await ask(`${address}/v1/events?all=${all}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    refuseOtherService(address, answer);
    if (answer.status !== OK) throw new CommandFailed(`The events cannot be read. ${refusalText(answer)}`);
    events.push(...listIn(answer.body, 'events').map(objectOf));
    const next = textIn(answer.body, 'next_cursor');
    cursor = next === '' ? undefined : next;
    serverMs = answer.serverMs;
  }
  return { events, serverMs };
}

/** The answer that has one event. Throws `CommandFailed` where there is none of that id. */
export async function readEvent(address: string, eventId: string): Promise<Answer> {
  const answer = await ask(`${address}/v1/events/${encodeURIComponent(eventId)}`);
  if (answer.status === OK) return answer;
  refuseOtherService(address, answer);
  if (errorCodeIn(answer.body) === 'EVENT_NOT_FOUND') throw new CommandFailed(noSuchEvent(eventId, answer));
  throw new CommandFailed(`${eventId}: ${refusalText(answer)}`);
}

/** The refusal of an event's name, with what tells the names. */
const noSuchEvent = (eventId: string, answer: Answer): string => `${eventId}: ${refusalText(answer)} npx tacos events list shows those that there are.`;
