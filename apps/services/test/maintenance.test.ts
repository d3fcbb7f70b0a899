import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminService, MaintenanceService } from '@traffic-tacos/contracts';
import { EmergencyActionRequest, EmergencyActionType, OperationStatus, OperationType, TriggerOperationRequest } from '@traffic-tacos/contracts/proto/common/v1/admin';
import { CancelHoldsRequest, ExpireHoldsRequest } from '@traffic-tacos/contracts/proto/reservation/v1/maintenance';
import { durationMs } from '@traffic-tacos/kernel';
import { connectGrpc } from '@traffic-tacos/kit/testing';
import { until } from '@traffic-tacos/platform/testing';
import { withSeparate, type SeparateLayout } from './support/separate.ts';

type Metadata = Readonly<Record<string, string>>;
type Grpc = ReturnType<typeof connectGrpc>;

/** Longer than any run of these tests. */
const LONG = { holdMs: durationMs(600_000) };
/** More than are cancelled by one call to the reservation service. */
const HOLDS = 70;

/** Runs `body` with a client of each of the two gRPC ports, and closes both. */
async function withClients(on: SeparateLayout, body: (gateway: Grpc, reservation: Grpc, admin: Metadata) => Promise<void>): Promise<void> {
  const [gateway, reservation] = [connectGrpc(on.services.gateway.grpcAddress), connectGrpc(on.services.reservation.grpcAddress)];
  try {
    await body(gateway, reservation, { authorization: await on.bearer('root', 'admin') });
  } finally {
    gateway.close();
    reservation.close();
  }
}

test('admins of services apart end the live holds of an event, however many there are; orders and other events stay', () =>
  withSeparate((on) => withClients(on, async (gateway, _, admin) => {
    await on.event('evt_1', HOLDS + 1, 1, { purchase_limit: 1_000 });
    await on.event('evt_2', 1);
    const alice = await on.user('alice');
    const kept = await alice.hold('evt_1', [`A-${HOLDS + 1}`]);
    await alice.pay(kept.id, 1_000);
    const statusOf = async (id: string): Promise<unknown> => (await alice.get('reservation', `/v1/reservations/${id}`)).body['status'];
    await until(() => statusOf(kept.id), (status) => status === 'CONFIRMED');
    const held = await Promise.all(Array.from({ length: HOLDS }, (_none, i) => alice.hold('evt_1', [`A-${i + 1}`])));
    const other = await alice.hold('evt_2', ['A-1']);
    const act = (eventId: string) => gateway.call(AdminService.emergencyAction, EmergencyActionRequest.create({
      action: EmergencyActionType.EMERGENCY_ACTION_TYPE_CANCEL_RESERVATIONS, reason: 'the roof', confirm: true, parameters: new Map([['event_id', eventId]]),
    }), admin);
    assert.equal((await act('evt_none')).response?.executed ?? false, false);
    assert.match((await act('evt_1')).response?.result ?? '', new RegExp(`^${HOLDS} reservations in HOLD were cancelled; 0 were left`));
    for (const { id } of held) assert.equal(await statusOf(id), 'CANCELLED');
    assert.deepEqual([await statusOf(kept.id), await statusOf(other.id)], ['CONFIRMED', 'HOLD']);
    assert.match((await act('evt_1')).response?.result ?? '', /^0 reservations/);
  }), LONG));

test('admins of services apart have due holds ended and all records compared, and are told what would be done', () =>
  withSeparate((on) => withClients(on, async (gateway, _, admin) => {
    const trigger = (operation: OperationType, dryRun = false) => gateway.call(AdminService.triggerOperation, TriggerOperationRequest.create({ operation, reason: 'the evening', dryRun }), admin);
    const { OPERATION_TYPE_EXPIRE_HOLDS: EXPIRE, OPERATION_TYPE_RECONCILE, OPERATION_TYPE_AUDIT } = OperationType;
    assert.equal((await trigger(EXPIRE, true)).response?.status, OperationStatus.OPERATION_STATUS_PENDING);
    const ran = (await trigger(EXPIRE)).response;
    assert.deepEqual([ran?.status, ran?.result], [OperationStatus.OPERATION_STATUS_COMPLETED, '0 holds were ended.']);
    for (const operation of [OPERATION_TYPE_RECONCILE, OPERATION_TYPE_AUDIT]) assert.equal((await trigger(operation, true)).response?.status, OperationStatus.OPERATION_STATUS_PENDING);
    // A service that has just started may not have reached another one yet, which is told.
    const completed = async (operation: OperationType) => until(async () => (await trigger(operation)).response, (told) => told?.status === OperationStatus.OPERATION_STATUS_COMPLETED);
    const [reconciled, audited] = [await completed(OPERATION_TYPE_RECONCILE), await completed(OPERATION_TYPE_AUDIT)];
    assert.equal(reconciled?.result, '0 differences were healed, 0 are looked at again, 0 need a person.');
    assert.equal(audited?.result, 'green: everything in memory and the audit trail are as they must be.');
  })));

test('what an admin’s word comes to at the reservation service is for services alone, and refused where it is wrong', () =>
  withSeparate((on) => withClients(on, async (_, reservation, admin) => {
    const expire = (metadata: Metadata, atMost = 0) => reservation.call(MaintenanceService.expireHolds, ExpireHoldsRequest.create({ atMost }), metadata);
    const cancel = (metadata: Metadata, wish: { readonly eventId?: string; readonly cursor?: number } = {}) => reservation.call(MaintenanceService.cancelHolds, CancelHoldsRequest.create({ eventId: 'evt_1', ...wish }), metadata);
    const [right, wrong] = [{ authorization: `Bearer ${await on.credentialFor('reservation')}` }, { authorization: `Bearer ${await on.credentialFor('gateway')}` }];
    for (const call of [expire, cancel]) {
      const codes: string[] = [];
      for (const metadata of [{}, admin, wrong, right]) codes.push((await call(metadata)).code);
      assert.deepEqual(codes, ['UNAUTHENTICATED', 'PERMISSION_DENIED', 'UNAUTHENTICATED', 'OK']);
    }
    assert.equal((await cancel(right)).response?.nextCursor, -1);
    assert.equal((await expire(right, 1)).response?.more, false);
    for (const refused of [await expire(right, -1), await cancel(right, { eventId: '' }), await cancel(right, { cursor: -1 })]) assert.equal(refused.code, 'INVALID_ARGUMENT');
  })));
