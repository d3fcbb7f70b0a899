import { LONG_NAME_PREFIX, timestampOf, WebSocketService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { newId, type Clock, type Limits, type Random } from '@traffic-tacos/kernel';
import {
  actingUser, grpcService, invalidRequest, optionalText, refuse, requiredText, type Detail, type GrpcCall, type GrpcService, type OpenStreams, type Refusal, type StreamHandler,
  type UnaryHandler,
} from '@traffic-tacos/kit';
import type { OpenedUpdates } from '../../application/updates/open-updates.ts';
import type { Update } from '../../application/updates/follow-state.ts';
import type { Updates } from '../../application/updates/updates.ts';
import { REFUSALS } from '../../errors.ts';
import { UpdateFeed } from './update-feed.ts';
import { paymentUpdate, queueUpdate, reservationUpdate } from './update-messages.ts';

export interface WebSocketRpcDeps {
  readonly updates: Updates;
  readonly streams: OpenStreams;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Limits;
}

type Stream<Rpc> = StreamHandler<RequestOf<Rpc>, ResponseOf<Rpc>>;

/** `gateway.v1.WebSocketService`, under both of its names: the same updates as server-sent events and WebSockets carry. */
export const webSocketRpcs = (deps: WebSocketRpcDeps): GrpcService =>
  grpcService({
    definition: WebSocketService,
    aliases: [`${LONG_NAME_PREFIX}gateway.v1.WebSocketService`],
    handlers: {
      streamQueueUpdates: streamQueueUpdatesRpc(deps),
      streamReservationUpdates: streamReservationUpdatesRpc(deps),
      streamPaymentUpdates: streamPaymentUpdatesRpc(deps),
      sendMessage: sendMessageRpc(deps),
    },
  });

const TOKEN_CHARS = 1_024;
const MOST_TITLE_CHARS = 200;
const MOST_CONTENT_CHARS = 4_000;
const MOST_DATA = 50;

const streamQueueUpdatesRpc = ({ updates, streams, clock }: WebSocketRpcDeps): Stream<typeof WebSocketService.streamQueueUpdates> =>
  async ({ waitingToken, eventId }, call) => {
    const invalid = invalidRequest(requiredText('waitingToken', waitingToken, TOKEN_CHARS));
    if (invalid !== undefined) return invalid;
    const opened = await updates.place(waitingToken);
    if (opened.kind !== 'open' || (eventId !== '' && opened.first.eventId !== eventId)) return REFUSALS.tokenNotFound;
    const feed = new UpdateFeed<ResponseOf<typeof WebSocketService.streamQueueUpdates>>();
    const refusal = feed.openAmong(streams, call);
    if (refusal !== undefined) return refusal;
    opened.follow(feed.sink('place', (update) => queueUpdate(waitingToken, { update, traceId: call.traceId, nowMs: clock.nowMs() })));
    return feed;
  };

const streamReservationUpdatesRpc = (deps: WebSocketRpcDeps): Stream<typeof WebSocketService.streamReservationUpdates> =>
  async ({ userId, reservationIds }, call) => {
    const { updates, clock } = deps;
    const refusal = userOf(call, userId) ?? checkIds('reservationIds', reservationIds, deps.limits);
    if (refusal !== undefined) return refusal;
    const owner = ownerOf(call, userId);
    const ids = reservationIds.length > 0 ? reservationIds : await updates.liveReservations(owner);
    return follow(deps, call, {
      ids, notFound: REFUSALS.reservationNotFound,
      open: (id) => updates.reservation(id, owner),
      render: (update) => reservationUpdate({ update, traceId: call.traceId, nowMs: clock.nowMs() }),
    });
  };

const streamPaymentUpdatesRpc = (deps: WebSocketRpcDeps): Stream<typeof WebSocketService.streamPaymentUpdates> =>
  async ({ userId, paymentIntentIds }, call) => {
    const { updates, clock } = deps;
    const refusal = userOf(call, userId) ?? checkIds('paymentIntentIds', paymentIntentIds, deps.limits);
    if (refusal !== undefined) return refusal;
    const owner = ownerOf(call, userId);
    const ids = paymentIntentIds.length > 0 ? paymentIntentIds : await updates.openPayments(owner);
    return follow(deps, call, {
      ids, notFound: REFUSALS.paymentNotFound,
      open: (id) => updates.payment(id, owner),
      render: (update) => paymentUpdate({ update, traceId: call.traceId, nowMs: clock.nowMs() }),
    });
  };

interface Followed<Facts, Response> {
  readonly ids: readonly string[];
  readonly notFound: Refusal;
  readonly open: (id: string) => Promise<OpenedUpdates<Facts>>;
  readonly render: (update: Update<Facts>) => Response;
}

/** All of them on one stream, or none. Where there is nothing to follow, the stream is complete at once. */
async function follow<Facts, Response>({ streams }: WebSocketRpcDeps, call: GrpcCall, { ids, notFound, open, render }: Followed<Facts, Response>): Promise<AsyncIterable<Response> | Refusal> {
  const opened = await Promise.all(ids.map(async (id) => [id, await open(id)] as const));
  if (opened.some(([, { kind }]) => kind === 'not_found')) return notFound;
  if (opened.length === 0) return NOTHING;
  const feed = new UpdateFeed<Response>();
  const refusal = feed.openAmong(streams, call);
  if (refusal !== undefined) return refusal;
  const sinks = opened.map(([id, one]) => [one, feed.sink(id, render)] as const);
  for (const [one, sink] of sinks) if (one.kind === 'open') one.follow(sink);
  return feed;
}

const NOTHING: AsyncIterable<never> = {
  async *[Symbol.asyncIterator]() {
    // A stream without messages.
  },
};

const NO_USER = refuse('INVALID_REQUEST', { details: [{ field: 'userId', reason: 'is required: a service says for whom it acts' }] });

/** Undefined where the call is about one user's things. */
function userOf({ caller }: GrpcCall, userId: string): Refusal | undefined {
  const acting = actingUser(caller, userId);
  if ('refused' in acting) return acting;
  return acting.kind === 'user' ? undefined : NO_USER;
}

function ownerOf({ caller }: GrpcCall, userId: string): string {
  return caller.kind === 'user' ? caller.userId : userId;
}

function checkIds(field: string, ids: readonly string[], { idChars, pushTopics }: Limits): Refusal | undefined {
  if (ids.length > pushTopics) return invalidRequest({ field, reason: `must be at most ${pushTopics}` });
  return invalidRequest(...ids.map((id, i): Detail | undefined => {
    const place = `${field}[${i}]`;
    return ids.indexOf(id) < i ? { field: place, reason: 'is named a second time' } : requiredText(place, id, idChars);
  }));
}

const NOBODY_THERE = refuse('NOT_FOUND', { details: [{ field: 'targetUserId', reason: 'is not connected' }] });
const KINDS = ['info', 'info', 'warning', 'error', 'success', 'promotion'] as const;

/** Goes to the streams of the user that can show it, and is kept for nobody. Sessions are not told apart. */
const sendMessageRpc = ({ streams, clock, random, limits }: WebSocketRpcDeps): UnaryHandler<RequestOf<typeof WebSocketService.sendMessage>, ResponseOf<typeof WebSocketService.sendMessage>> =>
  ({ targetUserId, targetSessionId, messageType, title, content, data }) => {
    const invalid = invalidRequest(
      requiredText('targetUserId', targetUserId, limits.idChars), optionalText('title', title, MOST_TITLE_CHARS), requiredText('content', content, MOST_CONTENT_CHARS),
      KINDS[messageType] === undefined ? { field: 'messageType', reason: 'is a number that has no meaning here' } : undefined,
      data.size > MOST_DATA ? { field: 'data', reason: `must be at most ${MOST_DATA}` } : undefined,
    );
    if (invalid !== undefined) return invalid;
    if (targetSessionId !== '') return NOBODY_THERE;
    const messageId = newId('msg', clock.nowMs(), 0, random);
    const delivered = streams.tell(targetUserId, { name: 'message', data: { messageId, kind: KINDS[messageType], title, content, data: Object.fromEntries(data) } });
    if (delivered === 0) return NOBODY_THERE;
    return { delivered: true, messageId, sentAt: timestampOf(clock.nowMs()), error: undefined };
  };
