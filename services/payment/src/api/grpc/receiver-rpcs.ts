import { LONG_NAME_PREFIX, ReceiverService, timestampOf, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import type { Limits } from '@traffic-tacos/kernel';
import { grpcService, invalidRequest, requiredText, type Detail, type GrpcService, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import { REGISTERED_TYPES, type RegisteredType } from '../../domain/registration.ts';
import { refusedRegistration } from '../../errors.ts';
import type { ListedRegistration, Registrations } from '../../ports/registrations.ts';

type Rpcs = typeof ReceiverService;
type Handler<Name extends keyof Rpcs> = UnaryHandler<RequestOf<Rpcs[Name]>, ResponseOf<Rpcs[Name]>>;
type Event = RequestOf<Rpcs['deliverEvents']>['events'][number];

/** Events that one call may bring: the relay hands over no more at one time. */
const MOST_EVENTS = 256;
const DETAIL_CHARS = 64 * 1_024;
const PAYLOAD_CHARS = 64 * 1_024;
const SIGNATURE_CHARS = 1_024;

/** `payment.v1.ReceiverService`, under both of its names, for the gateway and the reservation service in processes of their own. */
export const receiverRpcs = (registrations: Registrations, limits: Limits): GrpcService =>
  grpcService({
    definition: ReceiverService,
    aliases: [`${LONG_NAME_PREFIX}payment.v1.ReceiverService`],
    handlers: {
      putReceiver: putReceiver(registrations),
      listReceivers: ({ serviceName }) => ({ receivers: registrations.list().filter(({ registration }) => serviceName === '' || registration.serviceName === serviceName).map(receiverOf) }),
      removeReceiver: async ({ webhookId }) => ({ removed: await registrations.remove(webhookId) }),
      testReceiver: async ({ webhookId }, { traceId }) => ({ messageId: (await registrations.test(webhookId, traceId)) ?? '' }),
      checkSignature: checkSignature(registrations),
      deliverEvents: deliverEvents(registrations, limits),
    },
  });

const putReceiver = (registrations: Registrations): Handler<'putReceiver'> =>
  async ({ serviceName, endpointUrl: url, eventTypes, secret, retryCount: retries, timeoutSeconds, headers }) => {
    const types = eventTypes.map((each) => REGISTERED_TYPES.find((type) => type === each));
    if (types.some((type) => type === undefined)) return UNKNOWN_TYPE;
    const outcome = await registrations.put({ serviceName, url, types: types as readonly RegisteredType[], secret, retries, timeoutSeconds, headers: [...headers] });
    if (outcome.kind !== 'registered') return refusedRegistration(outcome);
    const { id: webhookId, registeredAtMs } = outcome.registration;
    return { webhookId, registeredAt: timestampOf(registeredAtMs) };
  };

const UNKNOWN_TYPE: Refusal = { refused: 'INVALID_REQUEST', details: [{ field: 'eventTypes', reason: 'has a type that nobody can be registered for' }] };

const checkSignature = (registrations: Registrations): Handler<'checkSignature'> => ({ webhookId, payload, signature }) => {
  const invalid = invalidRequest(requiredText('payload', payload, PAYLOAD_CHARS), requiredText('signature', signature, SIGNATURE_CHARS));
  if (invalid !== undefined) return invalid;
  const valid = registrations.verify(webhookId, Buffer.from(payload), signature);
  return { known: valid !== undefined, valid: valid === true };
};

const deliverEvents = (registrations: Registrations, limits: Limits): Handler<'deliverEvents'> => async ({ events }) => {
  const tooMany = events.length > MOST_EVENTS ? { field: 'events', reason: `must be at most ${MOST_EVENTS}` } : undefined;
  const invalid = invalidRequest(tooMany, ...events.slice(0, MOST_EVENTS).map((event) => problemOf(event, limits)));
  if (invalid !== undefined) return invalid;
  const wanted = events.filter(({ type }) => registrations.wants(type)).flatMap(({ detailJson }) => detailOf(detailJson) ?? []);
  await registrations.deliver(wanted.map((detail) => ({ detail })));
  return { taken: events.length };
};

type EventDetail = Parameters<Registrations['deliver']>[0][number]['detail'];

function problemOf({ id, type, detailJson }: Event, { idChars }: Limits): Detail | undefined {
  if (detailJson.length > DETAIL_CHARS) return { field: 'events', reason: `must have details of at most ${DETAIL_CHARS} characters` };
  const detail = detailOf(detailJson);
  const isItself = detail !== undefined && detail.id === id && detail.type === type && /^[a-z]{3}_\w+\.\d+$/.test(id) && id.length <= idChars;
  return isItself ? undefined : { field: 'events', reason: 'each must be an event of the bus under its own id and type' };
}

/** Undefined where the text is no detail of an event. */
function detailOf(json: string): EventDetail | undefined {
  const read = readJson(json);
  if (typeof read !== 'object' || read === null) return undefined;
  const { id, type, version, sequence, occurred_at: occurredAt, trace_id: traceId, ...facts } = read as Readonly<Record<string, unknown>>;
  const isDetail = typeof id === 'string' && typeof type === 'string' && typeof version === 'number' && typeof sequence === 'number' && typeof occurredAt === 'string' && typeof traceId === 'string';
  return isDetail ? { ...facts, id, type, version, sequence, occurred_at: occurredAt, trace_id: traceId } : undefined;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever sent it is told that it is no event.
    return undefined;
  }
}

function receiverOf({ registration, queued }: ListedRegistration): ResponseOf<Rpcs['listReceivers']>['receivers'][number] {
  const { id, serviceName, url, types, registeredAtMs, changedAtMs, headers, retries, timeoutSeconds, secret } = registration;
  return {
    webhookId: id, serviceName, endpointUrl: url, eventTypes: [...types], registeredAt: timestampOf(registeredAtMs), changedAt: timestampOf(changedAtMs), headers: headers.map(([name]) => name),
    retryCount: retries, timeoutSeconds, hasOwnSecret: secret !== '', queued,
  };
}
