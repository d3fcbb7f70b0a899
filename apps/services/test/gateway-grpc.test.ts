import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayService, QueueService, WebSocketService } from '@traffic-tacos/contracts';
import { CreateReservationRequest, GetReservationRequest, HealthCheckRequest, HealthStatus } from '@traffic-tacos/contracts/proto/gateway/v1/gateway';
import { JoinQueueRequest } from '@traffic-tacos/contracts/proto/gateway/v1/queue';
import { StreamReservationUpdatesRequest } from '@traffic-tacos/contracts/proto/gateway/v1/websocket';
import { ReservationStatus } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { connectGrpc } from '@traffic-tacos/kit/testing';
import { withSeparate } from './support/separate.ts';

test('a gateway in a process of its own holds, reads, follows and takes places over gRPC', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 2);
    const client = connectGrpc(on.services.gateway.grpcAddress);
    try {
      const sent = { authorization: await on.bearer('alice', 'user') };
      const health = (await client.call(GatewayService.healthCheck, HealthCheckRequest.create({}))).response;
      assert.deepEqual([health?.services.get('gateway')?.status, health?.services.get('inventory')?.status], [HealthStatus.HEALTH_STATUS_HEALTHY, HealthStatus.HEALTH_STATUS_UNSPECIFIED]);
      const held = await client.call(GatewayService.createReservation, CreateReservationRequest.create({ eventId: 'evt_1', seatIds: ['A-1'], idempotencyKey: 'k' }), sent);
      const reservationId = held.response?.reservationId ?? '';
      const read = await client.call(GatewayService.getReservation, GetReservationRequest.create({ reservationId }), sent);
      assert.equal(read.response?.reservation?.status, ReservationStatus.RESERVATION_STATUS_HOLD);
      const followed = client.stream(WebSocketService.streamReservationUpdates, StreamReservationUpdatesRequest.create({}), sent);
      assert.equal((await followed.next())?.reservationUpdate?.reservationId, reservationId);
      await (await on.user('alice')).cancel(reservationId);
      assert.equal((await followed.next())?.reservationUpdate?.newStatus, ReservationStatus.RESERVATION_STATUS_CANCELLED);
      assert.deepEqual([await followed.next(), await followed.ended()], [undefined, 'OK']);
      const joined = await client.call(QueueService.joinQueue, JoinQueueRequest.create({ eventId: 'evt_1' }));
      assert.deepEqual([joined.code, joined.response?.position], ['OK', 1]);
    } finally {
      client.close();
    }
  }));
