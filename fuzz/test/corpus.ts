import type { GrpcServiceName, ServiceName } from '@traffic-tacos/platform';

/** A request that has once been answered wrongly, or that belongs to the ways in which servers are usually broken. */
export interface CorpusRequest {
  readonly name: string;
  readonly service: ServiceName;
  /** First line without the version. */
  readonly line: string;
  /** `user` and `organizer` stand for a token of theirs. */
  readonly as?: 'user' | 'organizer' | 'admin';
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  readonly status: number;
}

/** The same over gRPC. */
export interface CorpusCall {
  readonly name: string;
  readonly service: GrpcServiceName;
  readonly path: string;
  readonly as?: 'user' | 'service';
  readonly metadata?: Readonly<Record<string, string>>;
  /** The framed message, in hex. */
  readonly body: string;
  readonly status: number;
}

const JSON_TYPE = 'Content-Type: application/json';
const KEYED = [JSON_TYPE, 'Idempotency-Key: corpus'];
const HOLD = { service: 'reservation', line: 'POST /v1/reservations', as: 'user', headers: KEYED } as const;
const event = (document: string) => ({ service: 'inventory', line: 'PUT /v1/events/evt_corpus', as: 'organizer', headers: [JSON_TYPE], body: document }) as const;

export const CORPUS: readonly CorpusRequest[] = [
  { name: 'an event named by 128 characters of two code units each', ...HOLD, body: `{"eventId":"${'🎫'.repeat(128)}","quantity":1}`, status: 404 },
  { name: 'one more of them', ...HOLD, body: `{"eventId":"${'🎫'.repeat(129)}","quantity":1}`, status: 400 },
  { name: 'half a character in a name', ...HOLD, body: '{"eventId":"\\ud800","quantity":1}', status: 404 },
  { name: 'a NUL in a name', ...HOLD, body: '{"eventId":"\\u0000","quantity":1}', status: 404 },
  { name: 'a number beyond all', ...HOLD, body: '{"eventId":"evt_fuzz_hall","quantity":1e999}', status: 400 },
  { name: 'a number beyond 2^53', ...HOLD, body: '{"eventId":"evt_fuzz_hall","quantity":9007199254740993}', status: 400 },
  { name: 'a negative zero', ...HOLD, body: '{"eventId":"evt_fuzz_hall","quantity":-0}', status: 400 },
  { name: 'a seat twice', ...HOLD, body: '{"eventId":"evt_fuzz_hall","seatIds":["A-1","A-1"]}', status: 400 },
  { name: 'a prototype', ...HOLD, body: '{"eventId":"evt_fuzz_hall","quantity":1,"__proto__":{"userId":"x"}}', status: 400 },
  { name: 'both spellings', ...HOLD, body: '{"eventId":"evt_fuzz_hall","event_id":"x","quantity":1}', status: 400 },
  { name: 'lists without an end', ...HOLD, body: '['.repeat(30_000), status: 400 },
  { name: 'bytes that are no UTF-8', ...HOLD, body: Buffer.from('7b22ff223a317d', 'hex'), status: 400 },
  { name: 'a document that is a name of the language', ...HOLD, body: 'NaN', status: 400 },
  { name: 'a body without an end of its text', ...HOLD, body: '{"eventId":"', status: 400 },
  { name: 'a key of 256 characters', ...HOLD, headers: [JSON_TYPE, `Idempotency-Key: ${'k'.repeat(256)}`], body: '{}', status: 400 },
  { name: 'an id with a NUL', service: 'reservation', line: 'GET /v1/reservations/%00', as: 'user', status: 404 },
  { name: 'an id of half a character', service: 'gateway', line: 'GET /api/v1/reservations/%ED%A0%80', as: 'user', status: 400 },
  { name: 'an id that leads upwards', service: 'reservation', line: 'GET /v1/reservations/..%2f..%2fetc', as: 'user', status: 404 },
  { name: 'a cursor that is none', service: 'reservation', line: 'GET /v1/reservations?cursor=rsv_%00', as: 'user', status: 400 },
  { name: 'a query of brackets', service: 'payment', line: 'GET /v1/payments?status[]=x&status[a]=y&__proto__=1', as: 'user', status: 200 },
  { name: 'somebody else as the user', service: 'gateway', line: 'POST /api/v1/reservations', headers: [...KEYED, 'X-User-Id: admin'], body: '{"event_id":"evt_fuzz_hall","qty":1}', status: 401 },
  { name: 'a method in another method', service: 'gateway', line: 'POST /api/v1/events', headers: ['X-HTTP-Method-Override: DELETE'], status: 405 },
  { name: 'an event of rows that go backwards', ...event('{"id":"evt_corpus","name":"x","currency":"KRW","sections":[{"id":"R","price":1,"rows":[{"id":"A","seats":"9-1"}]}]}'), status: 400 },
  { name: 'an event of rows beyond all', ...event('{"id":"evt_corpus","name":"x","currency":"KRW","sections":[{"id":"R","price":1,"rows":[{"id":"A","seats":"1-99999999999"}]}]}'), status: 400 },
  { name: 'an event that is a list', ...event('[[]]'), status: 400 },
  { name: 'an event for a user', ...event('{}'), as: 'user', status: 403 },
];

const RETURN = '/reservation.v1.InventoryService/ReturnSeats';
const framed = (hex: string): string => `00${(hex.length / 2).toString(16).padStart(8, '0')}${hex}`;
const text = (field: number, value: string): string => `${(field * 8 + 2).toString(16).padStart(2, '0')}${value.length.toString(16).padStart(2, '0')}${Buffer.from(value).toString('hex')}`;

const [INVALID_ARGUMENT, NOT_FOUND, UNAUTHENTICATED, UNIMPLEMENTED, PERMISSION_DENIED] = [3, 5, 16, 12, 7];
const STATUS_MODE = { 'x-error-mode': 'status' };

export const CORPUS_CALLS: readonly CorpusCall[] = [
  { name: 'an order whose id has nothing before its line', service: 'inventory', path: RETURN, as: 'service', metadata: STATUS_MODE, body: framed(text(1, '__proto__') + text(2, 'rsv_x')), status: NOT_FOUND },
  { name: 'a timeout that is none', service: 'payment', path: '/payment.v1.PaymentService/ListPayments', as: 'user', metadata: { 'grpc-timeout': 'x' }, body: framed(''), status: INVALID_ARGUMENT },
  { name: 'a timeout of eleven thousand years', service: 'payment', path: '/payment.v1.PaymentService/ListPayments', as: 'user', metadata: { 'grpc-timeout': '99999999H' }, body: framed(''), status: 0 },
  { name: 'text that is no UTF-8', service: 'reservation', path: '/reservation.v1.ReservationService/GetReservation', as: 'user', body: framed('0a02c328'), status: INVALID_ARGUMENT },
  { name: 'a number without an end', service: 'reservation', path: '/reservation.v1.ReservationService/GetReservation', as: 'user', body: framed('08ffffffffffffffffffffff01'), status: INVALID_ARGUMENT },
  { name: 'groups in groups', service: 'reservation', path: '/reservation.v1.ReservationService/GetReservation', as: 'user', body: framed('0b'.repeat(200)), status: INVALID_ARGUMENT },
  { name: 'nobody', service: 'inventory', path: RETURN, body: framed(''), status: UNAUTHENTICATED },
  { name: 'a user where services are', service: 'inventory', path: RETURN, as: 'user', body: framed(''), status: PERMISSION_DENIED },
  { name: 'a method that is not there', service: 'inventory', path: '/reservation.v1.InventoryService/constructor', as: 'service', body: framed(''), status: UNIMPLEMENTED },
];
