import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';

const TEXTS = ['id', 'name', 'venue', 'starts_at', 'ends_at', 'sale_starts_at', 'sale_ends_at', 'currency'] as const;
const BLOCKED = 'b';

/**
 * An event as a catalogue has it, of what the inventory shows: its `event`, and for each section of numbered seats what `seatsOf` says, which
 * is that section of the seat map. What is imported again changes nothing.
 */
export function catalogueEvent(event: JsonObject, seatsOf: ReadonlyMap<string, JsonObject>): JsonObject {
  const sections = listIn(event, 'sections').map(objectOf);
  return {
    ...Object.fromEntries(TEXTS.flatMap((field) => (textIn(event, field) === '' ? [] : [[field, event[field]]]))),
    purchase_limit: event['purchase_limit'],
    waiting_room: event['waiting_room'],
    queue_identity: event['queue_identity'],
    ...(event['listed'] === false ? { listed: false } : {}),
    admission: event['admission'],
    sections: sections.map((section) => {
      const { id, name, price, capacity } = section;
      const seats = seatsOf.get(textIn(section, 'id'));
      return seats === undefined ? { id, name, price, capacity } : { id, name, price, ...seatsAsWritten(seats) };
    }),
  };
}

/** Rows with their ranges, ids that stand alone, and the blocked ones of both. */
function seatsAsWritten(section: JsonObject): JsonObject {
  const rows = new Map<string, string[]>();
  const seatIds: string[] = [];
  const blocked: string[] = [];
  for (const block of listIn(section, 'seats').map(objectOf)) {
    const states = textIn(block, 'states');
    const ids = listIn(block, 'seat_ids').map(String);
    const [row, from] = [textIn(block, 'row'), numberIn(block, 'from')];
    if (ids.length > 0) seatIds.push(...ids);
    else rows.set(row, [...(rows.get(row) ?? []), states.length === 1 ? `${from}` : `${from}-${from + states.length - 1}`]);
    for (let at = states.indexOf(BLOCKED); at !== -1; at = states.indexOf(BLOCKED, at + 1)) blocked.push(ids[at] ?? `${textIn(section, 'id')}-${row}-${from + at}`);
  }
  return {
    ...(rows.size === 0 ? {} : { rows: [...rows].map(([id, ranges]) => ({ id, seats: ranges.join(',') })) }),
    ...(seatIds.length === 0 ? {} : { seat_ids: seatIds }),
    ...(blocked.length === 0 ? {} : { blocked }),
  };
}
