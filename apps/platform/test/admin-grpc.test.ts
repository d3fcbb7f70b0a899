import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminService } from '@traffic-tacos/contracts';
import {
  EmergencyActionRequest, EmergencyActionType, GetMetricsRequest, GetSystemHealthRequest, OperationStatus, OperationType, SystemHealthStatus, TriggerOperationRequest,
  UpdateConfigRequest,
} from '@traffic-tacos/contracts/proto/common/v1/admin';
import type { Sent, TestGrpcClient } from '@traffic-tacos/kit/testing';
import { withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import { grpcCallers, withGrpcClient } from './support/grpc-callers.ts';

const FAILED_PRECONDITION = 7;
const NOT_FOUND = 5;

const withAdmin = (body: (on: TestPlatform, client: TestGrpcClient, admin: Sent) => Promise<void>): Promise<void> =>
  withPlatform(async (on) => {
    await on.event('evt_queue', 4, 10, { waiting_room: 'on' });
    const joined = await (await on.user('alice')).post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_queue' } });
    assert.equal(joined.status, 202);
    const admin = await grpcCallers(on).user('adam', 'admin');
    await withGrpcClient(on, 'gateway', (client) => body(on, client, admin));
  });

const modeOf = async (on: TestPlatform): Promise<unknown> => (await (await on.user('adam', 'admin')).get('gateway', '/api/v1/admin/queues/evt_queue')).body['mode'];

test('admins see over gRPC how the services are, and every figure of the process', () =>
  withAdmin(async (_, client, admin) => {
    const health = await client.call(AdminService.getSystemHealth, GetSystemHealthRequest.create({ services: ['inventory'] }), admin);
    assert.deepEqual([health.response?.overallStatus, health.response?.services.map(({ serviceName }) => serviceName)], [SystemHealthStatus.SYSTEM_HEALTH_STATUS_HEALTHY, ['inventory']]);
    assert.equal((await client.call(AdminService.getSystemHealth, GetSystemHealthRequest.create({ services: ['nothing'] }), admin)).response?.error?.code, NOT_FOUND);
    const some = await client.call(AdminService.getMetrics, GetMetricsRequest.create({ metricType: 'http_server_requests_seconds', aggregation: 'sum' }), admin);
    assert.deepEqual(some.response?.metrics.map(({ name, unit }) => [name, unit]), [['http_server_requests_seconds', 'seconds']]);
    assert.ok((some.response?.metrics[0]?.value ?? 0) > 0);
    assert.equal((await client.call(AdminService.getMetrics, GetMetricsRequest.create({ aggregation: 'median' }), admin)).code, 'INVALID_ARGUMENT');
  }));

test('admins steer waiting rooms over gRPC; without confirmation and reason nothing is done', () =>
  withAdmin(async (on, client, admin) => {
    const parameters = new Map([['event_id', 'evt_queue']]);
    const stop = { action: EmergencyActionType.EMERGENCY_ACTION_TYPE_STOP_ADMISSIONS, reason: 'the hall is dark', parameters };
    const act = (request: Partial<EmergencyActionRequest>) => client.call(AdminService.emergencyAction, EmergencyActionRequest.create({ ...stop, confirm: true, ...request }), admin);
    assert.equal((await act({ confirm: false })).response?.error?.code, FAILED_PRECONDITION);
    assert.equal((await act({ reason: '' })).code, 'INVALID_ARGUMENT');
    assert.equal((await act({ action: EmergencyActionType.EMERGENCY_ACTION_TYPE_FORCE_FAILOVER })).response?.error?.code, FAILED_PRECONDITION);
    assert.equal((await act({ parameters: new Map([['event_id', 'none']]) })).response?.error?.code, NOT_FOUND);
    assert.equal(await modeOf(on), 'open');
    assert.equal((await act({})).response?.executed, true);
    assert.equal(await modeOf(on), 'paused');
    const drain = (dryRun: boolean) => client.call(AdminService.triggerOperation, TriggerOperationRequest.create({ operation: OperationType.OPERATION_TYPE_DRAIN_QUEUE, parameters, reason: 'the end', dryRun }), admin);
    assert.deepEqual([(await drain(true)).response?.triggered, await modeOf(on)], [false, 'paused']);
    assert.deepEqual([(await drain(false)).response?.triggered, await modeOf(on)], [true, 'draining']);
    const restart = await client.call(AdminService.triggerOperation, TriggerOperationRequest.create({ operation: OperationType.OPERATION_TYPE_RESTART_SERVICE, reason: 'why not' }), admin);
    assert.equal(restart.response?.error?.code, FAILED_PRECONDITION);
  }));

test('what admins ask for over gRPC is on the trail, before and after, and no value of a setting that cannot be changed is', () =>
  withAdmin(async (on, client, admin) => {
    const update = (configKey: string, metadata = admin) => client.call(AdminService.updateConfig, UpdateConfigRequest.create({ configKey, configValue: '77777', applyImmediately: true, reason: 'a test' }), metadata);
    const restarts = (await update('HOLD_SECONDS')).response;
    assert.deepEqual([restarts?.updated, restarts?.error?.code, restarts?.oldValue, restarts?.newValue], [false, FAILED_PRECONDITION, '', '']);
    assert.equal((await update('NO_SUCH_THING')).code, 'INVALID_ARGUMENT');
    assert.equal((await update('HOLD_SECONDS', { ...admin, 'x-error-mode': 'status' })).code, 'FAILED_PRECONDITION');
    const { text } = await (await on.user('adam', 'admin')).get('gateway', '/api/v1/admin/audit-trail');
    for (const word of ['common.v1.AdminService/UpdateConfig', 'HOLD_SECONDS', 'OPERATION_NOT_POSSIBLE', 'asked', 'adam']) assert.ok(text.includes(word), `${word} in ${text}`);
    const { entries } = JSON.parse(text) as { readonly entries: readonly { readonly action: string; readonly details: string }[] };
    const details = entries.filter(({ action }) => action.endsWith('/UpdateConfig')).map((entry) => entry.details);
    assert.equal(details.length, 6);
    for (const each of details) assert.deepEqual(JSON.parse(each), { service: '', reason: 'a test', applyImmediately: true });
  }));

test('admins have everything compared, checked and written down over gRPC, and only told of what would be done where they ask for that', () =>
  withAdmin(async (_, client, admin) => {
    const trigger = (operation: OperationType, dryRun = false) => client.call(AdminService.triggerOperation, TriggerOperationRequest.create({ operation, reason: 'the evening', dryRun }), admin);
    const { OPERATION_TYPE_AUDIT, OPERATION_TYPE_EXPIRE_HOLDS, OPERATION_TYPE_RECONCILE, OPERATION_TYPE_SNAPSHOT } = OperationType;
    for (const [operation, says] of [
      [OPERATION_TYPE_RECONCILE, /0 need a person/], [OPERATION_TYPE_AUDIT, /^green/], [OPERATION_TYPE_SNAPSHOT, /A snapshot was written/], [OPERATION_TYPE_EXPIRE_HOLDS, /0 holds were ended/],
    ] as const) {
      const planned = (await trigger(operation, true)).response;
      assert.deepEqual([planned?.triggered, planned?.status], [false, OperationStatus.OPERATION_STATUS_PENDING]);
      const ran = (await trigger(operation)).response;
      assert.deepEqual([ran?.triggered, ran?.status], [true, OperationStatus.OPERATION_STATUS_COMPLETED]);
      assert.match(ran?.result ?? '', says);
    }
    assert.equal((await trigger(99 as OperationType)).code, 'INVALID_ARGUMENT');
  }));

test('admins end the live holds of an event over gRPC; orders stay, and rooms that were stopped let people in again', () =>
  withAdmin(async (on, client, admin) => {
    await on.event('evt_1', 3);
    const alice = await on.user('alice');
    const [kept, ended] = [await alice.hold('evt_1', ['A-1']), await alice.hold('evt_1', ['A-2'])];
    assert.equal((await alice.confirm(kept.id, await alice.pay(kept.id, 1_000))).status, 200);
    const act = (action: EmergencyActionType, eventId: string) =>
      client.call(AdminService.emergencyAction, EmergencyActionRequest.create({ action, reason: 'the roof', confirm: true, parameters: new Map(eventId === '' ? [] : [['event_id', eventId]]) }), admin);
    const { EMERGENCY_ACTION_TYPE_CANCEL_RESERVATIONS: CANCEL, EMERGENCY_ACTION_TYPE_RESUME_ADMISSIONS: RESUME, EMERGENCY_ACTION_TYPE_STOP_ADMISSIONS: STOP } = EmergencyActionType;
    assert.equal((await act(CANCEL, '')).code, 'INVALID_ARGUMENT');
    assert.equal((await act(CANCEL, 'evt_none')).response?.error?.code, NOT_FOUND);
    assert.match((await act(CANCEL, 'evt_1')).response?.result ?? '', /^1 reservations in HOLD were cancelled; 0 were left/);
    const statusOf = async (id: string): Promise<unknown> => (await alice.get('gateway', `/api/v1/reservations/${id}`)).body['status'];
    assert.deepEqual([await statusOf(kept.id), await statusOf(ended.id)], ['CONFIRMED', 'CANCELLED']);
    await act(STOP, '');
    assert.equal(await modeOf(on), 'paused');
    assert.equal((await act(RESUME, 'evt_queue')).response?.executed, true);
    assert.equal(await modeOf(on), 'open');
  }));
