import { timestampOf, type AdminService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { EmergencyActionType } from '@traffic-tacos/contracts/proto/common/v1/admin';
import { invalidRequest, requiredText, type GrpcCall, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import { isRefusal, REFUSALS } from '../../errors.ts';
import type { RoomControls, RoomWord } from '../../ports/room-controls.ts';
import { EVENT_NEEDED, notPossible, REASON_CHARS, type AdminChangeDeps } from './admin-changes.ts';
import { audited } from './audited-call.ts';

type Rpc = typeof AdminService.emergencyAction;

/** Answers a sentence for people. */
type Measure = (deps: AdminChangeDeps, eventId: string, call: GrpcCall) => Promise<string | Refusal>;

const NO_MEASURE = notPossible('action', 'is no measure that this deployment has: breakers open by themselves, there is no standby, and what is to stop is a room, an event or the process');
const NOT_HERE = notPossible('action', 'is of records that are not in this process: services run apart');
const NOT_CONFIRMED = notPossible('confirm', 'must be true');

const stopAdmissions: Measure = async (deps, eventId) => {
  const told = await tellAll(deps, eventId, { kind: 'pause' });
  return typeof told === 'number' ? `${told} waiting rooms admit nobody until they are resumed.` : told;
};

const resumeAdmissions: Measure = async (deps, eventId) => {
  const told = await tellAll(deps, eventId, { kind: 'resume' });
  return typeof told === 'number' ? `${told} waiting rooms admit people again.` : told;
};

const cancelReservations: Measure = async ({ maintenance }, eventId, { traceId }) => {
  if (maintenance?.cancelHolds === undefined) return NOT_HERE;
  if (eventId === '') return EVENT_NEEDED;
  const ended = await maintenance.cancelHolds(eventId, traceId);
  return ended === undefined ? REFUSALS.eventNotFound : `${ended.cancelled} reservations in HOLD were cancelled; ${ended.left} were left, because they were confirmed or had ended in between.`;
};

const MEASURES: ReadonlyMap<EmergencyActionType, Measure> = new Map([
  [EmergencyActionType.EMERGENCY_ACTION_TYPE_STOP_ADMISSIONS, stopAdmissions],
  [EmergencyActionType.EMERGENCY_ACTION_TYPE_RESUME_ADMISSIONS, resumeAdmissions],
  [EmergencyActionType.EMERGENCY_ACTION_TYPE_CANCEL_RESERVATIONS, cancelReservations],
]);

const NAMED: ReadonlySet<number> = new Set(Object.values(EmergencyActionType).filter((value) => value !== EmergencyActionType.EMERGENCY_ACTION_TYPE_UNSPECIFIED));

export const emergencyActionRpc = (deps: AdminChangeDeps): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  async ({ action, reason, parameters, confirm }, call) => {
    const invalid = invalidRequest(requiredText('reason', reason, REASON_CHARS), NAMED.has(action) ? undefined : { field: 'action', reason: 'is a number that has no meaning here' });
    if (invalid !== undefined) return invalid;
    const eventId = parameters.get('event_id') ?? '';
    const asked = { action: 'EmergencyAction', target: eventId, details: { action, parameters: Object.fromEntries(parameters), reason, confirm } };
    return audited(deps.trail, call, asked, async (actionId): Promise<ResponseOf<Rpc> | Refusal> => {
      if (!confirm) return NOT_CONFIRMED;
      const result = (await MEASURES.get(action)?.(deps, eventId, call)) ?? NO_MEASURE;
      return typeof result === 'string' ? { executed: true, actionId, result, executedAt: timestampOf(deps.clock.wallMs()), error: undefined } : result;
    });
  };

/** To one room, or to all where none is named; answers how many heard it. */
async function tellAll({ rooms }: AdminChangeDeps, eventId: string, word: RoomWord): Promise<number | Refusal> {
  if (rooms === undefined) return NO_MEASURE;
  if (eventId !== '') {
    const answer = await rooms.tell(eventId, word);
    return isRefusal(answer) ? answer : 1;
  }
  return toldOf(rooms, word);
}

async function toldOf(rooms: RoomControls, word: RoomWord): Promise<number> {
  let told = 0;
  for (const { eventId } of await rooms.rooms()) if (!isRefusal(await rooms.tell(eventId, word))) told++;
  return told;
}
