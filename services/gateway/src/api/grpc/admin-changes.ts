import { timestampOf, type AdminService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { EmergencyActionType, OperationStatus, OperationType } from '@traffic-tacos/contracts/proto/common/v1/admin';
import type { Clock, Limits } from '@traffic-tacos/kernel';
import { invalidRequest, PLATFORM_SETTINGS, refuse, requiredText, type GrpcCall, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import { isRefusal, REFUSALS } from '../../errors.ts';
import type { AuditTrail } from '../../ports/audit-trail.ts';
import type { RoomControls, RoomFigures, RoomWord } from '../../ports/room-controls.ts';

export interface AdminChangeDeps {
  readonly trail: AuditTrail;
  /** Undefined where no waiting room runs in this process. */
  readonly rooms: RoomControls | undefined;
  readonly clock: Clock;
  readonly limits: Limits;
}

type Config = typeof AdminService.updateConfig;
type Operation = typeof AdminService.triggerOperation;
type Emergency = typeof AdminService.emergencyAction;

const REASON_CHARS = 500;
const DETAIL_CHARS = 2_000;
const NAME_CHARS = 200;

const notPossible = (field: string, reason: string): Refusal => refuse('OPERATION_NOT_POSSIBLE', { details: [{ field, reason }] });
const NO_MEASURE = notPossible('action', 'is no measure that this deployment has');
const NO_OPERATION = notPossible('operation', 'cannot be started from here');
const NOT_CONFIRMED = notPossible('confirm', 'must be true');
const UNKNOWN_SETTING = refuse('NOT_FOUND', { details: [{ field: 'configKey', reason: 'is no setting' }] });
const NEEDS_RESTART = notPossible('configKey', 'is read once, at the start: set it in the environment and start again');
const EVENT_NEEDED = refuse('INVALID_REQUEST', { details: [{ field: 'parameters', reason: 'must name an event_id' }] });

const SETTING_NAMES: ReadonlySet<string> = new Set(Object.values(PLATFORM_SETTINGS).map(({ name }) => name));

/** Settings are read once: whether there is such a one, and that it needs a restart, is all that can be said. */
export const updateConfigRpc = (deps: AdminChangeDeps): UnaryHandler<RequestOf<Config>, ResponseOf<Config>> =>
  async ({ configKey, reason }, call) => {
    const invalid = invalidRequest(requiredText('configKey', configKey, NAME_CHARS), requiredText('reason', reason, REASON_CHARS));
    if (invalid !== undefined) return invalid;
    // The value may be a secret, and is on no trail.
    return audited<ResponseOf<Config>>(deps, call, { action: 'UpdateConfig', target: configKey, details: { reason } }, () =>
      Promise.resolve(SETTING_NAMES.has(configKey) ? NEEDS_RESTART : UNKNOWN_SETTING));
  };

export const triggerOperationRpc = (deps: AdminChangeDeps): UnaryHandler<RequestOf<Operation>, ResponseOf<Operation>> =>
  async ({ operation, targetService, parameters, reason, dryRun }, call) => {
    const isNamed = operation > OperationType.OPERATION_TYPE_UNSPECIFIED && operation <= OperationType.OPERATION_TYPE_REFRESH_CONFIG;
    const invalid = invalidRequest(requiredText('reason', reason, REASON_CHARS), isNamed ? undefined : { field: 'operation', reason: 'is a number that has no meaning here' });
    if (invalid !== undefined) return invalid;
    const eventId = parameters.get('event_id') ?? '';
    const asked = { action: 'TriggerOperation', target: eventId, details: { operation, targetService, parameters: Object.fromEntries(parameters), reason, dryRun } };
    return audited(deps, call, asked, async (operationId): Promise<ResponseOf<Operation> | Refusal> => {
      if (operation !== OperationType.OPERATION_TYPE_DRAIN_QUEUE) return NO_OPERATION;
      if (eventId === '') return EVENT_NEEDED;
      const told: RoomFigures | Refusal = (dryRun ? deps.rooms?.room(eventId) : await deps.rooms?.tell(eventId, { kind: 'drain' })) ?? REFUSALS.eventNotFound;
      if (isRefusal(told)) return told;
      const status = dryRun ? OperationStatus.OPERATION_STATUS_PENDING : OperationStatus.OPERATION_STATUS_RUNNING;
      const result = dryRun ? `${told.waiting} people wait: they would be let in, and nobody new taken.` : `${told.waiting} people wait and are let in; nobody new is taken.`;
      return { triggered: !dryRun, operationId, status, result, triggeredAt: timestampOf(deps.clock.wallMs()), error: undefined };
    });
  };

export const emergencyActionRpc = (deps: AdminChangeDeps): UnaryHandler<RequestOf<Emergency>, ResponseOf<Emergency>> =>
  async ({ action, reason, parameters, confirm }, call) => {
    const isNamed = action > EmergencyActionType.EMERGENCY_ACTION_TYPE_UNSPECIFIED && action <= EmergencyActionType.EMERGENCY_ACTION_TYPE_FORCE_FAILOVER;
    const invalid = invalidRequest(requiredText('reason', reason, REASON_CHARS), isNamed ? undefined : { field: 'action', reason: 'is a number that has no meaning here' });
    if (invalid !== undefined) return invalid;
    const eventId = parameters.get('event_id') ?? '';
    const asked = { action: 'EmergencyAction', target: eventId, details: { action, parameters: Object.fromEntries(parameters), reason, confirm } };
    return audited(deps, call, asked, async (actionId): Promise<ResponseOf<Emergency> | Refusal> => {
      if (!confirm) return NOT_CONFIRMED;
      if (action !== EmergencyActionType.EMERGENCY_ACTION_TYPE_STOP_ADMISSIONS || deps.rooms === undefined) return NO_MEASURE;
      const stopped = await tellAll(deps.rooms, eventId, { kind: 'pause' });
      if (typeof stopped !== 'number') return stopped;
      return { executed: true, actionId, result: `${stopped} waiting rooms admit nobody until they are resumed.`, executedAt: timestampOf(deps.clock.wallMs()), error: undefined };
    });
  };

/** To one room, or to all where none is named; answers how many heard it. */
async function tellAll(rooms: RoomControls, eventId: string, word: RoomWord): Promise<number | Refusal> {
  if (eventId !== '') {
    const answer = await rooms.tell(eventId, word);
    return isRefusal(answer) ? answer : 1;
  }
  let told = 0;
  for (const room of rooms.rooms()) if (!isRefusal(await rooms.tell(room.eventId, word))) told++;
  return told;
}

interface Asked {
  readonly action: string;
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What is asked stands on the trail before anything is done, and its outcome after it; the entry's number names the action. */
async function audited<Response extends object>(deps: AdminChangeDeps, call: GrpcCall, asked: Asked, act: (id: string) => Promise<Response | Refusal>): Promise<Response | Refusal> {
  const action = {
    actor: call.caller.kind === 'user' ? call.caller.userId : call.caller.kind,
    action: `common.v1.AdminService/${asked.action}`,
    target: asked.target.slice(0, NAME_CHARS),
    details: JSON.stringify(asked.details).slice(0, DETAIL_CHARS),
    address: call.peer,
    traceId: call.traceId,
  };
  const { sequence } = await deps.trail.record({ ...action, outcome: 'asked' });
  const answer = await act(`action-${sequence}`);
  await deps.trail.record({ ...action, outcome: isRefusal(answer) ? answer.refused : 'OK' });
  return answer;
}
