import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';
import { counted } from '../terminal/say.ts';

const PEOPLE = ['waiting', 'ready', 'admitted', 'holding'] as const;

/** A waiting room for people. */
export function roomText(room: JsonObject): string {
  const figures = PEOPLE.map((name) => `${numberIn(room, name)} ${name}`).join(', ');
  return [
    `${textIn(room, 'event_id')}  ${textIn(room, 'mode')}, ${numberIn(room, 'per_second')} a second, at most ${numberIn(room, 'max_active')} inside`,
    figures,
    turnsText(room),
    ...(textIn(room, 'waiting_room') === 'off' ? [OFF] : []),
    scheduleText(objectOf(room['schedule'])),
    ...lanesText(room),
  ].join('\n');
}

const OFF = 'the event\'s waiting_room is off: seats are held without a turn, and pausing stops nobody';

function turnsText(room: JsonObject): string {
  const turns = numberIn(room, 'let_in');
  const people = PEOPLE.reduce((sum, name) => sum + numberIn(room, name), 0);
  return turns + people === 0 ? 'nobody is there, and no turn was given yet' : `${counted(turns, 'turn')} given, ${numberIn(room, 'no_shows')} of them not claimed`;
}

function scheduleText(schedule: JsonObject): string {
  const [opens = '', starts = '', ends = ''] = (['opens_at', 'sale_starts_at', 'sale_ends_at'] as const).map((name) => textIn(schedule, name));
  const joining = `joining ${opens === '' ? 'at any time' : `from ${opens}`}`;
  // The platform that was asked is on this machine, and its wall clock is ours.
  if (ends !== '' && Date.parse(ends) <= Date.now()) return `${joining}, sale ended ${ends}`;
  return `${joining}, sale ${starts === '' ? 'since ever' : `from ${starts}`}${ends === '' ? '' : ` until ${ends}`}`;
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
