import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayService, QueueService, timestampOf, WebhookService, WebSocketService } from '@traffic-tacos/contracts';
import {
  CancelReservationRequest, ConfirmReservationRequest, CreatePaymentIntentRequest, CreateReservationRequest, GetEventAvailabilityRequest, GetPaymentStatusRequest,
  GetReservationRequest, HealthCheckRequest, HealthStatus, ValidateTokenRequest,
} from '@traffic-tacos/contracts/proto/gateway/v1/gateway';
import { AdmissionStatus, GetQueueStatsRequest, GetQueueStatusRequest, JoinQueueRequest, LeaveQueueRequest, QueueStatus, RequestAdmissionRequest } from '@traffic-tacos/contracts/proto/gateway/v1/queue';
import { PaymentWebhookData, PaymentWebhookStatus, PaymentWebhookType, ReceiveExpiryWebhookRequest, ReceivePaymentWebhookRequest, RegisterWebhookRequest, ValidateWebhookRequest } from '@traffic-tacos/contracts/proto/gateway/v1/webhook';
import { MessageType, ReservationEventType, SendMessageRequest, StreamPaymentUpdatesRequest, StreamQueueUpdatesRequest, StreamReservationUpdatesRequest } from '@traffic-tacos/contracts/proto/gateway/v1/websocket';
import { PaymentStatus } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { ReservationStatus } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { loadOrCreateWebhookSecrets, signWebhook, webhookSecretPath } from '@traffic-tacos/kit';
import { openEvents, type TestGrpcClient } from '@traffic-tacos/kit/testing';
import { until, withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import { grpcCallers, withGrpcClient, type GrpcCallers } from './support/grpc-callers.ts';

type Body = (under: { readonly on: TestPlatform; readonly client: TestGrpcClient; readonly callers: GrpcCallers }) => Promise<void>;

const withGateway = (body: Body): Promise<void> =>
  withPlatform(async (on) => {
    await on.event('evt_1', 4, 10);
    await withGrpcClient(on, 'gateway', (client) => body({ on, client, callers: grpcCallers(on) }));
  });

test('one purchase over the gateway, from what is left to the order', () =>
  withGateway(async ({ client, callers }) => {
    const sent = await callers.user('alice');
    const left = await client.call(GatewayService.getEventAvailability, GetEventAvailabilityRequest.create({ eventId: 'evt_1', quantity: 5 }));
    assert.deepEqual([left.response?.sections.map(({ sectionId }) => sectionId), left.response?.totalAvailable], [['FLOOR'], 10]);
    const held = await client.call(GatewayService.createReservation, CreateReservationRequest.create({ eventId: 'evt_1', seatIds: ['A-1'], idempotencyKey: 'k1' }), sent);
    assert.deepEqual([held.response?.error, held.response?.totalAmount?.amount, held.response?.reservedSeats.length], [undefined, 1000, 1]);
    const reservationId = held.response?.reservationId ?? '';
    const again = await client.call(GatewayService.createReservation, CreateReservationRequest.create({ eventId: 'evt_1', seatIds: ['A-1'], idempotencyKey: 'k1' }), sent);
    assert.equal(again.response?.reservationId, reservationId, 'I7: the same key has the same effect');
    const paid = await client.call(GatewayService.createPaymentIntent, CreatePaymentIntentRequest.create({ reservationId, amount: { amount: 1000, currency: 'KRW' }, idempotencyKey: 'k2' }), sent);
    const paymentIntentId = paid.response?.paymentIntentId ?? '';
    const status = () => client.call(GatewayService.getPaymentStatus, GetPaymentStatusRequest.create({ paymentIntentId }), sent);
    await until(status, ({ response }) => response?.payment?.status === PaymentStatus.PAYMENT_STATUS_COMPLETED);
    const order = await client.call(GatewayService.confirmReservation, ConfirmReservationRequest.create({ reservationId, paymentIntentId }), sent);
    assert.deepEqual([order.response?.orderId, order.response?.confirmedSeats.map(({ id }) => id)], [reservationId.replace('rsv_', 'ord_'), ['A-1']]);
    const read = await client.call(GatewayService.getReservation, GetReservationRequest.create({ reservationId }), sent);
    assert.equal(read.response?.reservation?.status, ReservationStatus.RESERVATION_STATUS_CONFIRMED);
    const tooLate = await client.call(GatewayService.cancelReservation, CancelReservationRequest.create({ reservationId }), sent);
    assert.equal(tooLate.response?.error?.code, 7, 'a confirmed reservation is not cancelled');
    const asStatus = await client.call(GatewayService.cancelReservation, CancelReservationRequest.create({ reservationId }), { ...sent, 'x-error-mode': 'status' });
    assert.equal(asStatus.code, 'FAILED_PRECONDITION');
  }));

test('I10: over the gateway nobody reads or changes what is somebody else\'s, and a service says for whom it acts', () =>
  withGateway(async ({ on, client, callers }) => {
    const { id: reservationId } = await (await on.user('alice')).hold('evt_1', ['A-1']);
    const mallory = await callers.user('mallory');
    for (const wanted of [reservationId, `rsv_${'0'.repeat(26)}`, 'nonsense']) {
      const read = await client.call(GatewayService.getReservation, GetReservationRequest.create({ reservationId: wanted }), mallory);
      assert.deepEqual([read.code, read.response?.error?.code, read.response?.error?.details], ['OK', 5, []]);
      const cancelled = await client.call(GatewayService.cancelReservation, CancelReservationRequest.create({ reservationId: wanted }), mallory);
      assert.equal(cancelled.response?.error?.code, 5);
      const followed = client.stream(WebSocketService.streamReservationUpdates, StreamReservationUpdatesRequest.create({ reservationIds: [wanted] }), mallory);
      assert.deepEqual([await followed.next(), await followed.ended()], [undefined, 'NOT_FOUND']);
    }
    const tooMany = Array.from({ length: DEFAULT_LIMITS.pushTopics + 1 }, (_, i) => `rsv_${i}`);
    const many = client.stream(WebSocketService.streamReservationUpdates, StreamReservationUpdatesRequest.create({ reservationIds: tooMany }), mallory);
    assert.equal(await many.ended(), 'INVALID_ARGUMENT');
    const named = await client.call(GatewayService.getReservation, GetReservationRequest.create({ reservationId, userId: 'alice' }), mallory);
    assert.equal(named.code, 'PERMISSION_DENIED');
    const service = await callers.service('gateway');
    assert.equal((await client.call(GatewayService.getReservation, GetReservationRequest.create({ reservationId }), service)).code, 'INVALID_ARGUMENT');
    const forAlice = await client.call(GatewayService.getReservation, GetReservationRequest.create({ reservationId, userId: 'alice' }), service);
    assert.equal(forAlice.response?.reservation?.status, ReservationStatus.RESERVATION_STATUS_HOLD);
  }));

test('the gateway says how the services are, and what a token says', () =>
  withGateway(async ({ client, callers }) => {
    const all = await client.call(GatewayService.healthCheck, HealthCheckRequest.create({}));
    assert.deepEqual([all.response?.status, all.response?.services.has('inventory')], [HealthStatus.HEALTH_STATUS_HEALTHY, true]);
    assert.equal((await client.call(GatewayService.healthCheck, HealthCheckRequest.create({ service: 'nothing' }))).response?.error?.code, 5);
    const sent = await callers.user('alice', 'organizer');
    const token = (sent['authorization'] ?? '').slice('Bearer '.length);
    const valid = await client.call(GatewayService.validateToken, ValidateTokenRequest.create({ token, requiredScope: 'organizer' }), sent);
    assert.deepEqual([valid.response?.valid, valid.response?.user?.userId, valid.response?.scopes], [true, 'alice', ['organizer']]);
    for (const bad of [{ token, requiredScope: 'admin' }, { token: 'e30.e30.c2ln', requiredScope: '' }]) {
      const invalid = await client.call(GatewayService.validateToken, ValidateTokenRequest.create(bad), sent);
      assert.deepEqual([invalid.response?.valid, invalid.response?.user], [false, undefined]);
    }
  }));

test('the waiting room over gRPC: join, stand, enter once it is one\'s turn, leave', () =>
  withGateway(async ({ on, client }) => {
    await on.event('evt_queue', 4, 10, { waiting_room: 'on', admission: { per_second: 100, max_active: 1, policy: 'arrival' } });
    const joined = await client.call(QueueService.joinQueue, JoinQueueRequest.create({ eventId: 'evt_queue', userId: 'my own name' }));
    const waitingToken = joined.response?.waitingToken ?? '';
    assert.deepEqual([joined.response?.error, waitingToken.slice(0, 4)], [undefined, 'wtk_']);
    const again = await client.call(QueueService.joinQueue, JoinQueueRequest.create({ eventId: 'evt_queue', userId: 'my own name' }));
    assert.equal(again.response?.waitingToken, waitingToken, 'a label has one place');
    await until(() => client.call(QueueService.getQueueStatus, GetQueueStatusRequest.create({ waitingToken })), ({ response }) => response?.admissionReady === true);
    const elsewhere = await client.call(QueueService.requestAdmission, RequestAdmissionRequest.create({ waitingToken, eventId: 'evt_1' }));
    assert.deepEqual([elsewhere.response?.admission, elsewhere.response?.error?.code], [AdmissionStatus.ADMISSION_STATUS_INVALID, 5]);
    const entered = await client.call(QueueService.requestAdmission, RequestAdmissionRequest.create({ waitingToken }));
    assert.equal(entered.response?.admission, AdmissionStatus.ADMISSION_STATUS_GRANTED);
    assert.ok((entered.response?.ttlSeconds ?? 0) > 0 && entered.response?.reservationToken !== '');
    const behind = await client.call(QueueService.joinQueue, JoinQueueRequest.create({ eventId: 'evt_queue' }));
    const later = behind.response?.waitingToken ?? '';
    const early = await client.call(QueueService.requestAdmission, RequestAdmissionRequest.create({ waitingToken: later }));
    assert.deepEqual([early.response?.admission, early.response?.error?.code], [AdmissionStatus.ADMISSION_STATUS_DENIED, 7]);
    const stats = await client.call(QueueService.getQueueStats, GetQueueStatsRequest.create({ eventId: 'evt_queue' }));
    assert.deepEqual(stats.response?.events.map(({ eventId }) => eventId), ['evt_queue']);
    assert.equal((await client.call(QueueService.getQueueStats, GetQueueStatsRequest.create({ eventId: 'none' }))).response?.error?.code, 5);
    assert.equal((await client.call(QueueService.leaveQueue, LeaveQueueRequest.create({ waitingToken: later }))).response?.success, true);
    const gone = await client.call(QueueService.getQueueStatus, GetQueueStatusRequest.create({ waitingToken: later }));
    assert.equal(gone.response?.status, QueueStatus.QUEUE_STATUS_LEFT);
    assert.equal((await client.call(QueueService.getQueueStatus, GetQueueStatusRequest.create({ waitingToken: 'nonsense' }))).response?.error?.code, 5);
  }));

test('streams over gRPC carry the same updates: of reservations, of payments, of places', () =>
  withGateway(async ({ on, client, callers }) => {
    await on.event('evt_queue', 4, 10, { waiting_room: 'on', admission: { per_second: 100, max_active: 5, policy: 'arrival' } });
    const alice = await on.user('alice');
    const sent = await callers.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1']);
    const intentId = await alice.intent(id, 1000, 'DELAY');
    const reservations = client.stream(WebSocketService.streamReservationUpdates, StreamReservationUpdatesRequest.create({}), sent);
    const payments = client.stream(WebSocketService.streamPaymentUpdates, StreamPaymentUpdatesRequest.create({}), sent);
    const first = await reservations.next();
    assert.partialDeepStrictEqual(first?.reservationUpdate, { reservationId: id, oldStatus: 0, newStatus: ReservationStatus.RESERVATION_STATUS_HOLD, eventType: 0 });
    assert.partialDeepStrictEqual((await payments.next())?.paymentUpdate, { paymentIntentId: intentId, newStatus: PaymentStatus.PAYMENT_STATUS_PENDING });
    await alice.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: intentId } });
    const confirmed = await reservations.next();
    assert.partialDeepStrictEqual(confirmed?.reservationUpdate, {
      oldStatus: ReservationStatus.RESERVATION_STATUS_HOLD, newStatus: ReservationStatus.RESERVATION_STATUS_CONFIRMED, eventType: ReservationEventType.RESERVATION_EVENT_TYPE_CONFIRMED,
    });
    let paid = await payments.next();
    while (paid?.paymentUpdate?.newStatus === PaymentStatus.PAYMENT_STATUS_PROCESSING) paid = await payments.next();
    assert.equal(paid?.paymentUpdate?.newStatus, PaymentStatus.PAYMENT_STATUS_COMPLETED);
    const joined = await client.call(QueueService.joinQueue, JoinQueueRequest.create({ eventId: 'evt_queue' }));
    const waitingToken = joined.response?.waitingToken ?? '';
    const place = client.stream(WebSocketService.streamQueueUpdates, StreamQueueUpdatesRequest.create({ waitingToken }));
    let update = await place.next();
    while (update?.queueUpdate?.admissionReady === false) update = await place.next();
    assert.equal(update?.queueUpdate?.admissionReady, true);
    await client.call(QueueService.leaveQueue, LeaveQueueRequest.create({ waitingToken }));
    while ((await place.next()) !== undefined);
    assert.equal(await place.ended(), 'OK');
    const forged = client.stream(WebSocketService.streamQueueUpdates, StreamQueueUpdatesRequest.create({ waitingToken: 'nonsense' }));
    assert.equal(await forged.ended(), 'NOT_FOUND');
    for (const stream of [reservations, payments]) stream.cancel();
  }));

test('a message reaches whoever is connected, and is kept for nobody', () =>
  withGateway(async ({ on, client, callers }) => {
    const service = await callers.service('gateway');
    const message = SendMessageRequest.create({ targetUserId: 'alice', messageType: MessageType.MESSAGE_TYPE_WARNING, title: 'Soon', content: 'The doors open.' });
    assert.equal((await client.call(WebSocketService.sendMessage, message, service)).response?.error?.code, 5);
    const { id } = await (await on.user('alice')).hold('evt_1', ['A-1']);
    const stream = await openEvents(`${on.addresses.gateway}/api/v1/reservations/${id}/stream`, { authorization: await on.bearer('alice', 'user') });
    await stream.next();
    const shown = await client.call(WebSocketService.sendMessage, message, service);
    assert.equal(shown.response?.delivered, true);
    assert.partialDeepStrictEqual((await stream.nextNamed('message'))?.data, { kind: 'warning', title: 'Soon', content: 'The doors open.' });
    stream.close();
  }));

test('S11: a payment\'s result over gRPC is taken by its signature alone, in time, and once', () =>
  withGateway(async ({ on, client, callers }) => {
    const alice = await on.user('alice');
    const { id: reservationId } = await alice.hold('evt_1', ['A-1']);
    const intentId = await alice.intent(reservationId, 1000, 'DELAY');
    await alice.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: intentId } });
    const [secret] = await loadOrCreateWebhookSecrets(webhookSecretPath(on.dataDir));
    const data = PaymentWebhookData.create({ paymentIntentId: intentId, reservationId, status: PaymentWebhookStatus.PAYMENT_WEBHOOK_STATUS_SUCCESS, amount: { amount: 1000, currency: 'KRW' } });
    const nowSeconds = Math.floor(on.platform.nowMs() / 1_000);
    const signed = (id: string, seconds: number) => ReceivePaymentWebhookRequest.create({
      webhookId: id, eventType: PaymentWebhookType.PAYMENT_WEBHOOK_TYPE_APPROVED, data, timestamp: timestampOf(seconds * 1_000),
      signature: signWebhook(secret, { id, timestampSeconds: seconds, body: PaymentWebhookData.encode(data).finish() })['webhook-signature'] ?? '',
    });
    const right = signed('msg_1', nowSeconds);
    for (let i = 0; i < 2; i++) assert.equal((await client.call(WebhookService.receivePaymentWebhook, right)).response?.accepted, true);
    for (const wrong of [signed('msg_2', nowSeconds - 400), signed('msg_3', nowSeconds + 400), { ...right, webhookId: 'msg_4' }, { ...right, data: { ...data, failureReason: 'x' } }]) {
      assert.equal((await client.call(WebhookService.receivePaymentWebhook, wrong)).code, 'UNAUTHENTICATED');
    }
    const service = await callers.service('gateway');
    const expired = await client.call(WebhookService.receiveExpiryWebhook, ReceiveExpiryWebhookRequest.create({ webhookId: 'w', reservationId }), service);
    assert.equal(expired.response?.accepted, true);
    const unknown = await client.call(WebhookService.receiveExpiryWebhook, ReceiveExpiryWebhookRequest.create({ webhookId: 'w', reservationId: `rsv_${'0'.repeat(26)}` }), service);
    assert.equal(unknown.response?.error?.code, 5);
    const payload = `msg_1.${nowSeconds}.{}`;
    const signature = signWebhook(secret, { id: 'msg_1', timestampSeconds: nowSeconds, body: Buffer.from('{}') })['webhook-signature'] ?? '';
    for (const [text, valid] of [[payload, true], [`${payload} `, false]] as const) {
      const checked = await client.call(WebhookService.validateWebhook, ValidateWebhookRequest.create({ payload: text, signature }), service);
      assert.equal(checked.response?.valid, valid);
    }
    assert.equal((await client.call(WebhookService.validateWebhook, ValidateWebhookRequest.create({ payload, signature, webhookId: 'other' }), service)).response?.error?.code, 5);
    assert.equal((await client.call(WebhookService.registerWebhook, RegisterWebhookRequest.create({}), service)).code, 'INVALID_ARGUMENT');
  }));
