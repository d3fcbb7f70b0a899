import { isoInstant } from '@traffic-tacos/kernel';
import { count, INSTANT, listOf, shape, text, type EdgeRequest, type Fields, type Refusal, type Route, type RouteAnswer } from '@traffic-tacos/kit';
import { invalid, isRefusal } from '../../errors.ts';
import { RECEIVER_TYPES, type ReceiverFacts, type ReceiverWish, type WebhookReceivers } from '../../ports/webhook-receivers.ts';
import { shownUrl } from '../shown-url.ts';
import { idOf, optionalNumber, optionalText, optionalTexts, text as textOf } from './fields.ts';
import { reply } from './reply.ts';

/** In seconds, where none is named: the longest. */
const DEFAULT_TIMEOUT_SECONDS = 3;
const MOST_RETRIES = 10;
const MOST_HEADERS = 10;
const NO_RECEIVER: Refusal = { refused: 'NOT_FOUND', details: [{ field: 'id', reason: 'is of no registered receiver' }] };
const HEADER_TWICE = invalid('headers', 'must not have a name twice');

const RECEIVER = shape('WebhookReceiver', {
  webhookId: text('whr_01JC0000000000000000000000'),
  serviceName: text('shop'),
  endpointUrl: text('https://shop.example/hook', 'Without its query, in which receivers carry secrets.'),
  eventTypes: listOf({ type: 'string', enum: RECEIVER_TYPES }),
  headers: listOf(text('X-Shop', 'The names alone.')),
  retryCount: count('Repetitions after the first attempt; 0 for the platform\'s own schedule.'),
  timeoutSeconds: count(),
  hasOwnSecret: { type: 'boolean', description: 'Whether its secret was given, rather than following from the platform\'s own.' },
  registeredAt: INSTANT,
  changedAt: INSTANT,
  queued: count('Messages that wait for it.'),
});

const LIST: RouteAnswer = { description: 'All of them, the first registered first.', body: shape('WebhookReceivers', { receivers: listOf(RECEIVER) }) };
const REGISTERED: RouteAnswer = { description: 'The receiver is registered as it was asked for.', body: shape('RegisteredReceiver', { webhookId: text('whr_01JC0000000000000000000000'), registeredAt: INSTANT }) };
const REMOVED: RouteAnswer = { description: 'Nothing more is sent to it.', body: shape('RemovedReceiver', { webhookId: text() }) };
const TESTED: RouteAnswer = { description: 'A message of the type `webhook.test` is queued for it.', body: shape('TestedReceiver', { messageId: text() }) };

const WISH: Fields = {
  serviceName: { required: true, schema: { type: 'string', minLength: 1, maxLength: 128, examples: ['shop'] } },
  endpointUrl: { required: true, schema: { type: 'string', minLength: 1, maxLength: 2_048, examples: ['https://shop.example/hook'] } },
  eventTypes: { required: true, schema: { type: 'array', minItems: 1, maxItems: RECEIVER_TYPES.length, items: { type: 'string', enum: RECEIVER_TYPES } } },
  secret: { schema: { type: 'string', maxLength: 128, description: '`whsec_` and base64; left out for the one that `tacos webhooks secret URL` prints.' } },
  retryCount: { schema: { type: 'integer', minimum: 0, maximum: MOST_RETRIES } },
  timeoutSeconds: { schema: { type: 'integer', minimum: 1, maximum: DEFAULT_TIMEOUT_SECONDS } },
  headers: {
    schema: {
      type: 'array',
      maxItems: MOST_HEADERS,
      items: { title: 'ReceiverHeader', type: 'object', required: ['name', 'value'], properties: { name: { type: 'string', maxLength: 64 }, value: { type: 'string', maxLength: 1_024 } } },
    },
  },
};

/** `GET` and `POST /api/v1/admin/webhooks`, `DELETE …/{id}` and `POST …/{id}/test`. */
export const receiverRoutes = (receivers: WebhookReceivers): readonly Route[] => [listRoute(receivers), putRoute(receivers), removeRoute(receivers), testRoute(receivers)];

const listRoute = (receivers: WebhookReceivers): Route => ({
  method: 'GET', path: '/api/v1/admin/webhooks', access: 'admin', summary: 'All registered receivers of webhooks', answers: { 200: LIST }, refusals: [],
  handle: async () => reply(200, { receivers: (await receivers.list()).map(receiverView) }),
});

const putRoute = (receivers: WebhookReceivers): Route => ({
  method: 'POST', path: '/api/v1/admin/webhooks', access: 'admin', summary: 'Register a receiver of webhooks, or change what its service has registered under the address', body: WISH,
  answers: { 200: REGISTERED }, refusals: ['OPERATION_NOT_POSSIBLE'],
  handle: async (request) => {
    const wish = wishOf(request);
    // Elsewhere they are a map, in which the second would take the place of the first.
    if (hasOneTwice(wish.headers)) return HEADER_TWICE;
    const answer = await receivers.put(wish);
    return isRefusal(answer) ? answer : reply(200, { webhookId: answer.webhookId, registeredAt: isoInstant(answer.registeredAtMs) });
  },
});

const removeRoute = (receivers: WebhookReceivers): Route => ({
  method: 'DELETE', path: '/api/v1/admin/webhooks/:id', access: 'admin', summary: 'Send nothing more to a receiver, not even what waits for it', answers: { 200: REMOVED }, refusals: ['NOT_FOUND'],
  handle: async (request) => ((await receivers.remove(idOf(request))) ? reply(200, { webhookId: idOf(request) }) : NO_RECEIVER),
});

const testRoute = (receivers: WebhookReceivers): Route => ({
  method: 'POST', path: '/api/v1/admin/webhooks/:id/test', access: 'admin', summary: 'Send a receiver a test', answers: { 202: TESTED }, refusals: ['NOT_FOUND'],
  handle: async (request) => {
    const messageId = await receivers.test(idOf(request), request.traceId);
    return messageId === undefined ? NO_RECEIVER : reply(202, { messageId });
  },
});

function wishOf({ body }: EdgeRequest): ReceiverWish {
  const types = optionalTexts(body, 'eventTypes') ?? [];
  return {
    serviceName: textOf(body, 'serviceName'), url: textOf(body, 'endpointUrl'), types: RECEIVER_TYPES.filter((type) => types.includes(type)), secret: optionalText(body, 'secret') ?? '',
    retries: optionalNumber(body, 'retryCount') ?? 0, timeoutSeconds: optionalNumber(body, 'timeoutSeconds') ?? DEFAULT_TIMEOUT_SECONDS, headers: headersIn(body['headers']),
  };
}

/** The route's rule has checked each of them. */
function headersIn(value: unknown): ReceiverWish['headers'] {
  const headers = Array.isArray(value) ? (value as readonly { readonly name: string; readonly value: string }[]) : [];
  return headers.map(({ name, value: said }) => [name, said]);
}

const hasOneTwice = (headers: ReceiverWish['headers']): boolean => new Set(headers.map(([name]) => name.toLowerCase())).size < headers.length;

const receiverView = ({ url, types, headerNames, retries, registeredAtMs, changedAtMs, ...facts }: ReceiverFacts): Readonly<Record<string, unknown>> => ({
  ...facts, endpointUrl: shownUrl(url), eventTypes: types, headers: headerNames, retryCount: retries, registeredAt: isoInstant(registeredAtMs), changedAt: isoInstant(changedAtMs),
});
