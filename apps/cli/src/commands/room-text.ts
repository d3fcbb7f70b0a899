import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';

/** A waiting room for people. */
export function roomText(room: JsonObject): string {
  const figures = (['waiting', 'ready', 'admitted', 'holding'] as const).map((name) => `${numberIn(room, name)} ${name}`).join(', ');
  return [
    `${textIn(room, 'event_id')}  ${textIn(room, 'mode')}, ${numberIn(room, 'per_second')} a second, at most ${numberIn(room, 'max_active')} inside`,
    figures,
    `${numberIn(room, 'let_in')} turns given, ${numberIn(room, 'no_shows')} of them not claimed`,
    scheduleText(objectOf(room['schedule'])),
    ...lanesText(room),
  ].join('\n');
}

function scheduleText(schedule: JsonObject): string {
  const [opens, starts, ends] = (['opens_at', 'sale_starts_at', 'sale_ends_at'] as const).map((name) => textIn(schedule, name));
  return `joining ${opens === '' ? 'at any time' : `from ${opens}`}, sale ${starts === '' ? 'since ever' : `from ${starts}`}${ends === '' ? '' : ` until ${ends}`}`;
}

/** One line a lane; none where there is only everybody's. */
function lanesText(room: JsonObject): readonly string[] {
  const lanes = listIn(room, 'lanes').map(objectOf);
  if (lanes.length < 2) return [];
  const total = lanes.reduce((sum, lane) => sum + numberIn(lane, 'quota'), 0);
  return lanes.map((lane) => {
    const role = textIn(lane, 'role');
    const people = role === '' ? 'everybody else' : `whoever is ${role}`;
    return `lane ${textIn(lane, 'id')}  ${numberIn(lane, 'quota')} of ${total}, for ${people}, ${numberIn(lane, 'in_line')} in line`;
  });
}
