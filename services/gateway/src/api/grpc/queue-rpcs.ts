import { LONG_NAME_PREFIX, QueueService, timestampOf, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { AdmissionStatus, QueueStatus, type EventQueueStats } from '@traffic-tacos/contracts/proto/gateway/v1/queue';
import { addMs, durationMs, type Clock, type Limits } from '@traffic-tacos/kernel';
import { grpcService, invalidRequest, optionalText, requiredText, type GrpcCall, type GrpcService, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import { isRefusal, REFUSALS } from '../../errors.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { PlaceFacts, PlaceStatus, RoomFacts, WaitingRoom } from '../../ports/waiting-room.ts';

type Handler<Rpc> = UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>>;

/** Longer than any of our tokens; what is longer is not looked at. */
const TOKEN_CHARS = 1_024;
const SECONDS_PER_MINUTE = 60;

export interface QueueRpcDeps {
  readonly waitingRoom: WaitingRoom;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly limits: Limits;
}

/** `gateway.v1.QueueService`, under both of its names. The same rooms as behind `/api/v1/queue`. */
export const queueRpcs = (deps: QueueRpcDeps): GrpcService => {
  const holderOf = ({ waitingToken }: { readonly waitingToken: string }): string | undefined => deps.waitingRoom.holderOf(waitingToken);
  return grpcService({
    definition: QueueService,
    aliases: [`${LONG_NAME_PREFIX}gateway.v1.QueueService`],
    takeTokens: ['joinQueue', 'requestAdmission', 'leaveQueue'],
    demandWork: ['joinQueue'],
    holdersOf: { getQueueStatus: holderOf, requestAdmission: holderOf, leaveQueue: holderOf },
    handlers: {
      joinQueue: joinQueueRpc(deps),
      getQueueStatus: getQueueStatusRpc(deps),
      requestAdmission: requestAdmissionRpc(deps),
      leaveQueue: leaveQueueRpc(deps),
      getQueueStats: getQueueStatsRpc(deps),
    },
  });
};

/** How a place stands, as the contract has it. Being inside counts as ready there; one that was closed, as expired. */
const WIRE_QUEUE_STATUS: Readonly<Record<PlaceStatus, QueueStatus>> = {
  waiting: QueueStatus.QUEUE_STATUS_WAITING,
  ready: QueueStatus.QUEUE_STATUS_READY,
  admitted: QueueStatus.QUEUE_STATUS_READY,
  expired: QueueStatus.QUEUE_STATUS_EXPIRED,
  left: QueueStatus.QUEUE_STATUS_LEFT,
  closed: QueueStatus.QUEUE_STATUS_EXPIRED,
};

const joinQueueRpc = ({ waitingRoom, limits }: QueueRpcDeps): Handler<typeof QueueService.joinQueue> => async ({ eventId, userId }, { caller }) => {
  const invalid = invalidRequest(requiredText('eventId', eventId, limits.idChars), optionalText('userId', userId, limits.idChars));
  if (invalid !== undefined) return invalid;
  const user = caller.kind === 'user' ? caller : undefined;
  const answer = await waitingRoom.join({ eventId, userId: user?.userId, roles: user?.roles ?? [], label: userId === '' ? undefined : userId });
  if (isRefusal(answer)) return answer;
  const { position = 0, etaSec = 0, status, leaseEndsAtMs, pollAfterMs } = answer.place;
  return {
    waitingToken: answer.waitingToken, positionHint: position, position, etaSeconds: etaSec, estimatedWaitSeconds: etaSec,
    status: WIRE_QUEUE_STATUS[status], expiresAt: timestampOf(leaseEndsAtMs), pollAfterMs, error: undefined,
  };
};

const getQueueStatusRpc = ({ waitingRoom }: QueueRpcDeps): Handler<typeof QueueService.getQueueStatus> => async ({ waitingToken }) => {
  const place = await placeOf(waitingRoom, waitingToken);
  if (isRefusal(place)) return place;
  const { status, position = 0, etaSec = 0, leaseEndsAtMs, pollAfterMs } = place;
  return {
    status: WIRE_QUEUE_STATUS[status], position, etaSeconds: etaSec, admissionReady: status === 'ready', expiresAt: timestampOf(leaseEndsAtMs), pollAfterMs, error: undefined,
  };
};

const requestAdmissionRpc = ({ waitingRoom, clock }: QueueRpcDeps): Handler<typeof QueueService.requestAdmission> => async ({ waitingToken, eventId }, call) => {
  const place = await placeOf(waitingRoom, waitingToken);
  if (isRefusal(place)) return place;
  if (eventId !== '' && eventId !== place.eventId) return { ...REFUSALS.tokenNotFound, response: { admission: AdmissionStatus.ADMISSION_STATUS_INVALID } };
  const answer = await waitingRoom.enter({ waitingToken, userId: userOf(call) });
  if (isRefusal(answer) && answer.refused === 'FORBIDDEN') return OVER;
  if (isRefusal(answer)) return { ...answer, response: { admission: deniedAs(answer) } };
  return {
    admission: AdmissionStatus.ADMISSION_STATUS_GRANTED,
    reservationToken: answer.reservationToken,
    ttlSeconds: Math.floor(answer.ttlMs / 1_000),
    validUntil: timestampOf(addMs(clock.nowMs(), durationMs(answer.ttlMs))),
    error: undefined,
  };
};

const leaveQueueRpc = ({ waitingRoom, clock }: QueueRpcDeps): Handler<typeof QueueService.leaveQueue> => async ({ waitingToken }, call) => {
  const invalid = invalidRequest(requiredText('waitingToken', waitingToken, TOKEN_CHARS));
  if (invalid !== undefined) return invalid;
  const answer = await waitingRoom.leave({ waitingToken, userId: userOf(call) });
  return isRefusal(answer) ? answer : { success: true, leftAt: timestampOf(clock.nowMs()), error: undefined };
};

const getQueueStatsRpc = ({ waitingRoom, catalogue, clock, limits }: QueueRpcDeps): Handler<typeof QueueService.getQueueStats> => async ({ eventId }) => {
  const invalid = invalidRequest(optionalText('eventId', eventId, limits.idChars));
  if (invalid !== undefined) return invalid;
  const all = waitingRoom.rooms();
  const rooms = eventId === '' ? all : all.filter((room) => room.eventId === eventId);
  if (eventId !== '' && rooms.length === 0 && (await catalogue.read(eventId)) === undefined) return REFUSALS.eventNotFound;
  const lastUpdated = timestampOf(clock.nowMs());
  const sum = (of: (room: RoomFacts) => number): number => all.reduce((total, room) => total + of(room), 0);
  const capacity = sum(({ maxActive }) => maxActive);
  return {
    events: rooms.map((room): EventQueueStats => ({
      eventId: room.eventId, totalWaiting: room.waiting, totalAdmitted: room.letIn, lastUpdated,
      admissionRatePerMinute: Math.round(room.perSecond * SECONDS_PER_MINUTE), averageWaitTimeSeconds: room.meanWaitSec,
    })),
    system: {
      totalActiveQueues: all.length, totalWaitingUsers: sum(({ waiting }) => waiting), totalAdmittedUsers: sum(({ letIn }) => letIn), lastUpdated,
      systemCapacityPercentage: capacity === 0 ? 0 : Math.min(100, Math.round((100 * sum(({ active }) => active)) / capacity)),
      averageAdmissionRate: sum(({ perSecond }) => perSecond),
    },
    error: undefined,
  };
};

async function placeOf(waitingRoom: WaitingRoom, waitingToken: string): Promise<PlaceFacts | Refusal> {
  const invalid = invalidRequest(requiredText('waitingToken', waitingToken, TOKEN_CHARS));
  return invalid ?? (await waitingRoom.status(waitingToken)) ?? REFUSALS.tokenNotFound;
}

/** A service acts for nobody here: the waiting token is what counts. */
const userOf = ({ caller }: GrpcCall): string | undefined => (caller.kind === 'user' ? caller.userId : undefined);

const deniedAs = ({ refused }: Refusal): AdmissionStatus =>
  refused === 'NOT_READY' ? AdmissionStatus.ADMISSION_STATUS_DENIED : AdmissionStatus.ADMISSION_STATUS_INVALID;

/** The place or its token is over; on REST that is 403, here it is an answer. */
const OVER: ResponseOf<typeof QueueService.requestAdmission> = {
  admission: AdmissionStatus.ADMISSION_STATUS_EXPIRED, reservationToken: '', ttlSeconds: 0, validUntil: undefined, error: undefined,
};
