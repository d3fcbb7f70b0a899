import type { EdgeReply, EdgeRequest, Route } from '../src/index.ts';

const ID = { type: 'string', minLength: 1, maxLength: 128 } as const;

/** Shows what the edge made of a request. */
const show = (request: EdgeRequest): EdgeReply => ({
  status: 200,
  body: { ...request.body, ...request.query, ...request.params, callerId: request.caller?.userId, idempotencyKey: request.idempotencyKey },
});

/** Routes of every kind that services have, with handlers that answer what they were given. */
export const HOLD: Route = {
  method: 'POST',
  path: '/v1/reservations',
  access: 'user',
  summary: 'Holds seats',
  idempotency: 'required',
  body: {
    eventId: { schema: ID, required: true },
    seatIds: { schema: { type: 'array', items: ID, uniqueItems: true, maxItems: 10 } },
    quantity: { schema: { type: 'integer', minimum: 1, maximum: 10 }, aliases: ['qty'] },
    section: { schema: ID },
  },
  handle: async (request) => ({ ...show(request), status: 201 }),
};

export const OPEN_HOLD: Route = { ...HOLD, path: '/open/reservations', access: 'anyone', idempotency: 'none' };

export const LIST: Route = {
  method: 'GET',
  path: '/v1/reservations',
  access: 'optional',
  summary: 'Lists reservations',
  query: { status: { schema: { type: 'string', enum: ['HOLD', 'CONFIRMED'] } }, pageSize: { schema: { type: 'integer', minimum: 1 } } },
  handle: show,
};

export const GET_ONE: Route = { method: 'GET', path: '/v1/reservations/:id', access: 'anyone', summary: 'One', handle: show };
export const CANCEL: Route = {
  method: 'POST',
  path: '/v1/reservations/:id/cancel',
  access: 'anyone',
  summary: 'Cancels',
  idempotency: 'optional',
  handle: show,
};
const DELETE: Route = {
  method: 'DELETE',
  path: '/v1/reservations/:id',
  access: 'admin',
  summary: 'Deletes',
  handle: () => ({ status: 204 }),
};

export const PUT_EVENT: Route = {
  method: 'PUT',
  path: '/v1/events/:id',
  access: 'organizer',
  summary: 'Imports a catalogue',
  bodyMode: 'raw',
  bodyLimit: 32 * 1024 * 1024,
  handle: ({ body: { document } }) => ({ status: 200, body: { bytesOfDocument: JSON.stringify(document).length } }),
};

const INTERNAL: Route = { method: 'GET', path: '/internal/thing', access: 'service', summary: 'For services', handle: show };

const REFUND: Route = {
  method: 'POST',
  path: '/v1/payments/:id/refund',
  access: 'service_or_admin',
  summary: 'Gives money back',
  body: { amount: { schema: { type: 'integer' }, required: true } },
  handle: show,
};

export const ROUTES: readonly Route[] = [HOLD, OPEN_HOLD, LIST, GET_ONE, CANCEL, DELETE, PUT_EVENT, INTERNAL, REFUND];

/** The error of an answer's body, in either spelling. */
export interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly traceId?: string;
  readonly trace_id?: string;
  readonly timestamp: string;
  readonly path: string;
  readonly details: readonly { readonly field: string; readonly reason: string }[];
}

export const errorOf = (reply: { json(): unknown }): ShownError => (reply.json() as { readonly error: ShownError }).error;
export const codeOf = (reply: { json(): unknown }): string => errorOf(reply).code;
export const fieldsOf = (reply: { json(): unknown }): readonly string[] => errorOf(reply).details.map(({ field }) => field);
