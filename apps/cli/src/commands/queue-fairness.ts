import { askRoom } from '../http/ask-room.ts';
import { numberIn, objectOf } from '../http/json-fields.ts';
import { counted, print, printJson } from '../terminal/say.ts';

/** `tacos queue fairness EVENT`: waits by percentile, turns that nobody claimed, and those that overtook somebody silent. */
export async function showFairness(eventId: string, { json = false }: { readonly json?: boolean }): Promise<number> {
  const { let_in: turns } = await askRoom(eventId, '');
  // There is no report of a room that nobody has ever joined.
  const report = turns === 0 ? { event_id: eventId, turns: 0, no_shows: 0, overtakes: 0 } : await askRoom(eventId, '/fairness');
  if (json) printJson(report);
  else print(fairnessText(report));
  return 0;
}

function fairnessText(report: Awaited<ReturnType<typeof askRoom>>): string {
  const waits = objectOf(report['wait_sec']);
  const upTo = (name: string): string => `${numberIn(waits, name)} s`;
  return [
    `${counted(numberIn(report, 'turns'), 'turn')} given, ${numberIn(report, 'no_shows')} of them not claimed, ${numberIn(report, 'overtakes')} while somebody silent stood ahead`,
    report['wait_sec'] === undefined ? 'nobody has had a turn yet' : `waits: half up to ${upTo('p50')}, 90 % up to ${upTo('p90')}, 99 % up to ${upTo('p99')}, the longest up to ${upTo('max')}`,
  ].join('\n');
}
