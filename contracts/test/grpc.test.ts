import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { Client, credentials, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import {
  InventoryService,
  longNamedRpcs,
  MalformedMessage,
  servedRpcs,
  timestampOf,
  WebSocketService,
  type RequestOf,
  type ResponseOf,
  type RpcDefinition,
} from '@traffic-tacos/contracts';
import { allRpcs } from '../src/testing.ts';
import { HoldStatus, ReserveSeatRequest, ReserveSeatResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { StreamQueueUpdatesResponse } from '@traffic-tacos/contracts/proto/gateway/v1/websocket';

type Reserve = typeof InventoryService.reserveSeat;

const HELD: ResponseOf<Reserve> = ReserveSeatResponse.create({
  holdId: 'rsv_1',
  reservedSeats: [{ id: 'A-12', section: 'R', price: { amount: 150_000, currency: 'KRW' } }],
  holdExpiresAt: timestampOf(1_763_600_060_123),
  status: HoldStatus.HOLD_STATUS_ACTIVE,
});

const reserveSeat = (
  { request }: ServerUnaryCall<RequestOf<Reserve> | MalformedMessage, ResponseOf<Reserve>>,
  answer: sendUnaryData<ResponseOf<Reserve>>,
): void => {
  if (request instanceof MalformedMessage) answer({ code: status.INVALID_ARGUMENT });
  else answer(null, { ...HELD, holdId: request.reservationId });
};

function streamQueueUpdates(call: ServerWritableStream<unknown, StreamQueueUpdatesResponse>): void {
  for (const position of [3, 2, 1]) call.write(StreamQueueUpdatesResponse.create({ queueUpdate: { position } }));
  call.end();
}

/** A real server with two services, one of them under both names, and a client of it. */
async function connected(t: TestContext): Promise<Client> {
  const server = new Server();
  const served = servedRpcs(InventoryService);
  server.addService(served, { reserveSeat });
  server.addService(longNamedRpcs(served), { reserveSeat });
  server.addService(WebSocketService, { streamQueueUpdates });
  const port = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, at: number): void => (error === null ? resolve(at) : reject(error));
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), bound);
  });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  t.after(() => {
    client.close();
    server.forceShutdown();
  });
  return client;
}

function call<Request, Response>(client: Client, rpc: RpcDefinition<Request, Response>, request: Request): Promise<Response> {
  return new Promise((resolve, reject) =>
    client.makeUnaryRequest(rpc.path, rpc.requestSerialize, rpc.responseDeserialize, request, (error, value) =>
      error === null && value !== undefined ? resolve(value) : reject(error ?? new TypeError('no answer')),
    ),
  );
}

const request = ReserveSeatRequest.create({ reservationId: 'rsv_7', eventId: 'evt_2025_1001', seatIds: ['A-12'], quantity: 1 });

test('a method goes through grpc-js, by its short name and by its long one', async (t) => {
  const client = await connected(t);
  for (const service of [InventoryService, longNamedRpcs(InventoryService)])
    assert.deepEqual(await call(client, service.reserveSeat, request), { ...HELD, holdId: 'rsv_7' });
});

test('a request that cannot be read reaches the handler, which answers INVALID_ARGUMENT and not INTERNAL', async (t) => {
  const client = await connected(t);
  const broken = { ...InventoryService.reserveSeat, requestSerialize: () => Buffer.from([0x0a, 0x7f]) };
  await assert.rejects(call(client, broken, request), { code: status.INVALID_ARGUMENT });
});

test('a stream of answers goes through grpc-js', async (t) => {
  const client = await connected(t);
  const { path, requestSerialize, responseDeserialize } = WebSocketService.streamQueueUpdates;
  const asked = { waitingToken: 'w', sessionId: '', eventId: '' };
  const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, asked);
  const positions: (number | undefined)[] = [];
  stream.on('data', (update: StreamQueueUpdatesResponse) => positions.push(update.queueUpdate?.position));
  await once(stream, 'end');
  assert.deepEqual(positions, [3, 2, 1]);
});

test('the three streams of the contract stream answers, and every other method is unary', () => {
  const rpcs = allRpcs();
  assert.equal(rpcs.length, 77);
  assert.ok(rpcs.every((rpc) => !rpc.requestStream));
  const streams = rpcs.filter((rpc) => rpc.responseStream).map((rpc) => rpc.originalName);
  assert.deepEqual(streams, ['StreamQueueUpdates', 'StreamReservationUpdates', 'StreamPaymentUpdates']);
});
