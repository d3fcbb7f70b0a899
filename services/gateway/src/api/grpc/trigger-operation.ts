import { timestampOf, type AdminService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { OperationStatus, OperationType } from '@traffic-tacos/contracts/proto/common/v1/admin';
import { invalidRequest, requiredText, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import { isRefusal, REFUSALS } from '../../errors.ts';
import type { RoomFigures } from '../../ports/room-controls.ts';
import { EVENT_NEEDED, notPossible, REASON_CHARS, type AdminChangeDeps } from './admin-changes.ts';
import { audited } from './audited-call.ts';

type Rpc = typeof AdminService.triggerOperation;

/** What has become of an operation: a sentence for people, or why it cannot run. */
interface Done {
  readonly status: OperationStatus;
  readonly result: string;
}

/** `plan` says what would be done; `run` does it. */
interface Operation {
  plan(deps: AdminChangeDeps, eventId: string): string | Refusal | Promise<string | Refusal>;
  run(deps: AdminChangeDeps, eventId: string): Promise<Done | Refusal>;
}

const NO_OPERATION = notPossible('operation', 'cannot be started from here: a process is ended and started by its supervisor, there is no cache that a restart of it would not fill, and settings are read at the start');
const NOT_HERE = notPossible('operation', 'is of records that are not in this process: services run apart');

/** Whoever hears that nothing was found is to know what was not looked at. */
const incomplete = (unreached: readonly string[]): string => `Not everything was compared: ${unreached.join(' and ')} did not answer.`;

const done = (result: string): Done => ({ status: OperationStatus.OPERATION_STATUS_COMPLETED, result });
const failed = (result: string): Done => ({ status: OperationStatus.OPERATION_STATUS_FAILED, result });

const DRAIN_QUEUE: Operation = {
  plan: async ({ rooms }, eventId) => {
    if (eventId === '') return EVENT_NEEDED;
    const room = await rooms?.room(eventId);
    return room === undefined ? REFUSALS.eventNotFound : `${room.waiting} people wait: they would be let in, and nobody new taken.`;
  },
  run: async ({ rooms }, eventId) => {
    if (eventId === '') return EVENT_NEEDED;
    const told: RoomFigures | Refusal = (await rooms?.tell(eventId, { kind: 'drain' })) ?? REFUSALS.eventNotFound;
    return isRefusal(told) ? told : { status: OperationStatus.OPERATION_STATUS_RUNNING, result: `${told.waiting} people wait and are let in; nobody new is taken.` };
  },
};

const RECONCILE: Operation = {
  plan: ({ reconciliation }) => (reconciliation === undefined ? NOT_HERE : 'All records in memory would be compared, and what a rule can heal would be healed.'),
  run: async ({ reconciliation }) => {
    if (reconciliation === undefined) return NOT_HERE;
    const { differences, unreached } = await reconciliation.run();
    const count = (wanted: string): number => differences.filter(({ outcome }) => outcome === wanted).length;
    const told = `${count('healed')} differences were healed, ${count('waiting')} are looked at again, ${count('alarmed')} need a person.`;
    return unreached.length === 0 ? done(told) : failed(`${told} ${incomplete(unreached)}`);
  },
};

const AUDIT: Operation = {
  plan: ({ reconciliation }) => (reconciliation === undefined ? NOT_HERE : 'Everything in memory and the audit trail would be checked.'),
  run: async ({ reconciliation, trail }) => {
    if (reconciliation === undefined) return NOT_HERE;
    const { differences, unreached } = await reconciliation.run();
    const breaches = differences.filter(({ outcome }) => outcome === 'alarmed').length + trail.check().length;
    if (breaches > 0) return failed(`red: ${breaches} breaches. npx tacos audit names them.`);
    return unreached.length === 0 ? done('green: everything in memory and the audit trail are as they must be.') : failed(`unknown: nothing was found. ${incomplete(unreached)}`);
  },
};

const SNAPSHOT: Operation = {
  plan: ({ maintenance }) => (maintenance === undefined ? NOT_HERE : 'A snapshot of the journal of this process would be written beside traffic.'),
  run: async ({ maintenance }) => {
    if (maintenance === undefined) return NOT_HERE;
    const taken = await maintenance.snapshot();
    if (taken === 'failed') return failed('The snapshot could not be written; the journal goes on, and the log says why.');
    return done(taken === 'taken' ? 'A snapshot was written.' : 'Nothing was written since the newest snapshot.');
  },
};

const EXPIRE_HOLDS: Operation = {
  plan: ({ maintenance }) => (maintenance?.expireHolds === undefined ? NOT_HERE : 'Holds whose instant has come would be ended.'),
  run: async ({ maintenance }) => {
    const ended = await maintenance?.expireHolds?.();
    return ended === undefined ? NOT_HERE : done(`${ended} holds were ended.`);
  },
};

const OPERATIONS: ReadonlyMap<OperationType, Operation> = new Map([
  [OperationType.OPERATION_TYPE_DRAIN_QUEUE, DRAIN_QUEUE],
  [OperationType.OPERATION_TYPE_RECONCILE, RECONCILE],
  [OperationType.OPERATION_TYPE_AUDIT, AUDIT],
  [OperationType.OPERATION_TYPE_SNAPSHOT, SNAPSHOT],
  [OperationType.OPERATION_TYPE_EXPIRE_HOLDS, EXPIRE_HOLDS],
]);

const NAMED: ReadonlySet<number> = new Set(Object.values(OperationType).filter((value) => value !== OperationType.OPERATION_TYPE_UNSPECIFIED));

export const triggerOperationRpc = (deps: AdminChangeDeps): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  async ({ operation, targetService, parameters, reason, dryRun }, call) => {
    const invalid = invalidRequest(requiredText('reason', reason, REASON_CHARS), NAMED.has(operation) ? undefined : { field: 'operation', reason: 'is a number that has no meaning here' });
    if (invalid !== undefined) return invalid;
    const eventId = parameters.get('event_id') ?? '';
    const asked = { action: 'TriggerOperation', target: eventId, details: { operation, targetService, parameters: Object.fromEntries(parameters), reason, dryRun } };
    return audited(deps.trail, call, asked, async (operationId): Promise<ResponseOf<Rpc> | Refusal> => {
      const wanted = OPERATIONS.get(operation);
      if (wanted === undefined) return NO_OPERATION;
      const answer = dryRun ? planned(await wanted.plan(deps, eventId)) : await wanted.run(deps, eventId);
      return isRefusal(answer) ? answer : { triggered: !dryRun, operationId, ...answer, triggeredAt: timestampOf(deps.clock.wallMs()), error: undefined };
    });
  };

const planned = (plan: string | Refusal): Done | Refusal => (typeof plan === 'string' ? { status: OperationStatus.OPERATION_STATUS_PENDING, result: plan } : plan);
