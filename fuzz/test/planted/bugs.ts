import type { EdgeReply, EdgeRequest, PushStream, Refusal, Route, SocketTopic } from '@traffic-tacos/kit';
import type { Plant, SocketPlant } from './serve-planted.ts';

type Handle = Route['handle'];

/** A bug in one route. */
const inRoute =
  (name: string, change: (route: Route, handle: Handle, logger: Parameters<Plant>[1]) => Partial<Route>): Plant =>
  (route, logger) =>
    `${route.method} ${route.path}` === name ? { ...route, ...change(route, route.handle, logger) } : route;

const isLonely = (value: unknown): boolean => typeof value === 'string' && !value.isWellFormed();

/** Throws where a text has half of a character. */
const loneSurrogate = inRoute('POST /v1/reservations', (_route, handle) => ({
  handle: (request) => {
    if (Object.values(request.body).some(isLonely)) throw new TypeError('planted');
    return handle(request);
  },
}));

/** Believes that every whole number is one that can be counted with. */
const largeNumber = inRoute('POST /v1/reservations/:id/extend', ({ body = {} }, handle) => ({
  body: { ...body, extensionSeconds: { schema: { type: 'integer' }, required: true } },
  handle: (request) => {
    if (!Number.isSafeInteger(request.body['extensionSeconds'])) throw new RangeError('planted');
    return handle(request);
  },
}));

/** Keeps answers by their path, whoever asked. */
const sharedCache = inRoute('GET /v1/reservations/:id', (_route, handle) => {
  const answers = new Map<string, EdgeReply | Refusal>();
  const cached = async (request: EdgeRequest): Promise<EdgeReply | Refusal> => {
    const id = request.params['id'] ?? '';
    const answer = answers.get(id) ?? (await handle(request));
    if (!('refused' in answer)) answers.set(id, answer);
    return answer;
  };
  return { handle: cached };
});

/** Writes a refusal itself, and forgets a part of it. */
const noTraceId = inRoute('POST /v1/reservations/:id/confirm', (_route, handle) => ({
  handle: async (request) => {
    const answer = await handle(request);
    if (!('refused' in answer) || answer.refused !== 'PAYMENT_NOT_APPROVED') return answer;
    const error = { code: answer.refused, message: 'not paid', timestamp: new Date().toISOString(), path: '/v1', details: [] };
    return { status: 412, body: { error } };
  },
}));

/** Notes who has asked, by the part of the token that no mask takes for one. */
const tokenInLog = inRoute('GET /v1/orders/:id', (_route, handle, logger) => ({
  handle: (request) => {
    logger.warn({ asked_by: request.header('authorization')?.split('.')[2] }, 'an order is looked at');
    return handle(request);
  },
}));

/** Makes a key of its own for each request, so that a repetition is another purchase. */
const keyIgnored: Plant = (route, logger) => {
  let made = 0;
  const handle: Handle = (request) => route.handle({ ...copyOf(request), idempotencyKey: `planted-${++made}` });
  return inRoute('POST /v1/reservations', () => ({ handle }))(route, logger);
};

const copyOf = ({ params, query, body, caller, traceId, address, header }: EdgeRequest) => ({ params, query, body, caller, traceId, address, header });

/** Is open to everybody who has any token. */
const openToAll = inRoute('POST /v1/payments/intents/:id/refund', () => ({ access: 'user' }));

/** Answers with a code that its document does not know of. */
const unlistedCode = inRoute('GET /v1/orders/:id', (_route, handle) => ({
  handle: async (request) => {
    const answer = await handle(request);
    return 'refused' in answer && answer.refused === 'ORDER_NOT_FOUND' ? { ...answer, refused: 'EVENT_NOT_FOUND' } : answer;
  },
}));

/** Receives whoever is on the machine; a service is taken for a user, so that its name becomes a user's id. */
const openToTheMachine = inRoute('POST /v1/reservations', (_route, handle) => ({
  access: 'operator',
  handle: (request) => (request.caller === undefined ? { refused: 'UNAUTHENTICATED' } : handle(request)),
}));

/** Tells events by a name of two lines. */
const twoLines = inRoute('GET /api/v1/reservations/:id/stream', (_route, handle) => ({
  handle: async (request) => {
    const answer = await handle(request);
    const { events } = answer as { readonly events?: (stream: PushStream) => void };
    return events === undefined ? answer : { ...(answer as EdgeReply), events: (stream: PushStream) => (stream.send({ name: 'a\nb', data: {} }), events(stream)) };
  },
}));

const nothing: Plant = (route) => route;

const inTopic =
  (name: string, change: (topic: SocketTopic) => SocketTopic): SocketPlant =>
  (sockets) => ({ ...sockets, topics: Object.fromEntries(Object.entries(sockets.topics).map(([key, topic]) => [key, key === name ? change(topic) : topic])) });

/** Believes that what a client has seen last begins with a number. */
const seenIsNumber = inTopic('reservation', (topic) => ({
  ...topic,
  open: (request) => {
    if (request.lastEventId !== undefined && !/^\d/.test(request.lastEventId)) throw new RangeError('planted');
    return topic.open(request);
  },
}));

/** Shows a payment to whoever knows its id. */
const openTopic = inTopic('payment', (topic) => ({
  access: 'anyone',
  open: async (request) => (request.caller === undefined ? (stream) => stream.send({ name: 'status', data: { status: 'PENDING' } }) : topic.open(request)),
}));

/** Each bug, what finding it is called, and within how many cases it must be found. */
export const PLANTED_BUGS: readonly { readonly name: string; readonly plant: Plant; readonly sockets?: SocketPlant; readonly found: RegExp; readonly withinCases: number }[] = [
  { name: 'a route that throws on half a character', plant: loneSurrogate, found: /answered 500|a fault/, withinCases: 20_000 },
  { name: 'a handler that fails beyond 2^53', plant: largeNumber, found: /answered 500|a fault/, withinCases: 10_000 },
  { name: 'answers that are kept for everybody', plant: sharedCache, found: /of another user/, withinCases: 20_000 },
  { name: 'an error without a trace id', plant: noTraceId, found: /names two different traces/, withinCases: 1_000 },
  { name: 'a signature of a token in the log', plant: tokenInLog, found: /shows a secret/, withinCases: 1_000 },
  { name: 'an idempotency key that is not looked at', plant: keyIgnored, found: /by a key that has made/, withinCases: 5_000 },
  { name: 'a route that is open to the wrong role', plant: openToAll, found: /where service_or_admin is demanded/, withinCases: 30_000 },
  { name: 'a code that the document of the API does not list', plant: unlistedCode, found: /answers 404 EVENT_NOT_FOUND, which its document does not list/, withinCases: 5_000 },
  { name: 'a route of users that receives whoever is on the machine, and services', plant: openToTheMachine, found: /where user is demanded/, withinCases: 5_000 },
  { name: 'an event of a stream whose name has two lines', plant: twoLines, found: /tells an event with the line/, withinCases: 5_000 },
  { name: 'a subscription that throws on what was seen last', plant: nothing, sockets: seenIsNumber, found: /answers a message with INTERNAL_ERROR|a fault/, withinCases: 2_000 },
  { name: 'a topic of users that anybody may follow', plant: nothing, sockets: openTopic, found: /lets somebody follow payment/, withinCases: 1_000 },
];
