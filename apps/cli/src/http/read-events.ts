import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText } from './ask.ts';
import { listIn, objectOf, textIn, type JsonObject } from './json-fields.ts';

const OK = 200;

/** Every event of a platform, page by page, in the order of their ids. */
export async function readEvents(address: string): Promise<readonly JsonObject[]> {
  const events: JsonObject[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const answer = await ask(`${address}/v1/events${cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`}`);
    if (answer.status !== OK) throw new CommandFailed(`The events cannot be read. ${refusalText(answer)}`);
    events.push(...listIn(answer.body, 'events').map(objectOf));
    const next = textIn(answer.body, 'next_cursor');
    cursor = next === '' ? undefined : next;
  }
  return events;
}

/** One event. Throws `CommandFailed` where there is none of that id. */
export async function readEvent(address: string, eventId: string): Promise<JsonObject> {
  const answer = await ask(`${address}/v1/events/${encodeURIComponent(eventId)}`);
  if (answer.status === OK) return answer.body;
  throw new CommandFailed(`${eventId}: ${refusalText(answer)}`);
}
