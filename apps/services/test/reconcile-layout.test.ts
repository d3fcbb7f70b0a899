import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminService, HoldRecordService, IntentRecordService, InventoryService, ReconcileService } from '@traffic-tacos/contracts';
import { OperationStatus, OperationType, TriggerOperationRequest } from '@traffic-tacos/contracts/proto/common/v1/admin';
import { ListIntentsRequest, ReadIntentsRequest, SettleIntentRequest } from '@traffic-tacos/contracts/proto/payment/v1/reconcile';
import { ReleaseHoldRequest } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { CheckBooksRequest, ListHoldsRequest, ReadHoldsRequest, ReconcileRequest } from '@traffic-tacos/contracts/proto/reservation/v1/reconcile';
import { durationMs, present } from '@traffic-tacos/kernel';
import { connectGrpc } from '@traffic-tacos/kit/testing';
import { until } from '@traffic-tacos/platform/testing';
import { withSeparate, type SeparateLayout } from './support/separate.ts';
import { openProxy, type TcpProxy } from './support/tcp-proxy.ts';

type Metadata = Readonly<Record<string, string>>;

/** Longer than any run of these tests. */
const LONG = { holdMs: durationMs(600_000) };
const FREE = 0;

async function withClient(address: string, body: (grpc: ReturnType<typeof connectGrpc>) => Promise<void>): Promise<void> {
  const grpc = connectGrpc(address);
  try {
    await body(grpc);
  } finally {
    grpc.close();
  }
}

const service = async (on: SeparateLayout, name: 'inventory' | 'reservation' | 'payment'): Promise<Metadata> => ({ authorization: `Bearer ${await on.credentialFor(name)}` });

/** Ends a hold behind the back of its reservation, as somebody with a credential may. */
const releaseAtInventory = async (on: SeparateLayout, reservationId: string): Promise<void> =>
  withClient(on.services.inventory.grpcAddress, async (inventory) => {
    assert.equal((await inventory.call(InventoryService.releaseHold, ReleaseHoldRequest.create({ reservationId }), await service(on, 'inventory'))).code, 'OK');
  });

test('what services ask each other to compare records is for services alone', () =>
  withSeparate(async (on) => {
    const { inventory, reservation, payment } = on.services;
    const admin = { authorization: await on.bearer('root', 'admin') };
    const codesOf = async (name: 'inventory' | 'reservation' | 'payment', call: (metadata: Metadata) => Promise<{ readonly code: string }>): Promise<readonly string[]> => {
      const codes: string[] = [];
      const other = await service(on, name === 'payment' ? 'inventory' : 'payment');
      for (const metadata of [{}, admin, other, await service(on, name)]) codes.push((await call(metadata)).code);
      return codes;
    };
    const expected = ['UNAUTHENTICATED', 'PERMISSION_DENIED', 'UNAUTHENTICATED', 'OK'];
    await withClient(inventory.grpcAddress, async (grpc) => {
      assert.deepEqual(await codesOf('inventory', (metadata) => grpc.call(HoldRecordService.readHolds, ReadHoldsRequest.create(), metadata)), expected);
      assert.deepEqual(await codesOf('inventory', (metadata) => grpc.call(HoldRecordService.listHolds, ListHoldsRequest.create(), metadata)), expected);
      assert.deepEqual(await codesOf('inventory', (metadata) => grpc.call(HoldRecordService.checkBooks, CheckBooksRequest.create(), metadata)), expected);
    });
    await withClient(payment.grpcAddress, async (grpc) => {
      assert.deepEqual(await codesOf('payment', (metadata) => grpc.call(IntentRecordService.readIntents, ReadIntentsRequest.create(), metadata)), expected);
      assert.deepEqual(await codesOf('payment', (metadata) => grpc.call(IntentRecordService.listIntents, ListIntentsRequest.create(), metadata)), expected);
      const settle = (paymentIntentId: string) => (metadata: Metadata) => grpc.call(IntentRecordService.settleIntent, SettleIntentRequest.create({ paymentIntentId }), metadata);
      assert.deepEqual(await codesOf('payment', settle('pay_00000000000000000000000000')), expected);
      assert.equal((await settle('nothing')(await service(on, 'payment'))).code, 'INVALID_ARGUMENT');
    });
    await withClient(reservation.grpcAddress, async (grpc) => {
      assert.deepEqual(await codesOf('reservation', (metadata) => grpc.call(ReconcileService.reconcile, ReconcileRequest.create(), metadata)), expected);
      assert.equal((await grpc.call(ReconcileService.reconcile, ReconcileRequest.create({ look: -1 }), await service(on, 'reservation'))).code, 'INVALID_ARGUMENT');
    });
  }));

test('I5: a hold that was released at the inventory itself is healed where services run apart, and admins are told that all is well then', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 2);
    const [alice, admin] = [await on.user('alice'), await on.user('root', 'admin')];
    const { id } = await alice.hold('evt_1', ['A-1']);
    await releaseAtInventory(on, id);
    const reconcile = async () => (await admin.post('gateway', '/api/v1/admin/reconcile')).body;
    // Whoever looks first heals it, the one that is asked or the one that never ends.
    const statusOf = async (): Promise<unknown> => {
      await reconcile();
      return (await alice.get('reservation', `/v1/reservations/${id}`)).body['status'];
    };
    await until(statusOf, (status) => status === 'FAILED');
    const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;
    assert.deepEqual(await until(reconcile, ({ differences, unreached }) => isEmpty(differences) && isEmpty(unreached)), {
      looked_at: { holds: 1, reservations: 1, orders: 0, intents: 0 }, alarmed: 0, waiting: 0, healed: 0, differences: [], more: 0, unreached: [],
    });
    const { body: audited } = await until(() => admin.post('gateway', '/api/v1/admin/audit'), ({ body }) => isEmpty(body['unreached']));
    assert.deepEqual([audited['verdict'], audited['breaches']], ['green', []]);
  }, LONG));

test('where the payment service cannot be reached admins are told so, and never that all is well', async () => {
  let proxy: TcpProxy | undefined;
  try {
    await withSeparate(async (on) => {
      const admin = await on.user('root', 'admin');
      present(proxy, 'the network has been opened').become('cut');
      const reconciled = (await admin.post('gateway', '/api/v1/admin/reconcile')).body;
      assert.deepEqual([reconciled['differences'], reconciled['unreached']], [[], ['payment']]);
      const audited = (await admin.post('gateway', '/api/v1/admin/audit')).body;
      assert.deepEqual([audited['verdict'], audited['unreached']], ['unknown', ['payment']]);
      await withClient(on.services.gateway.grpcAddress, async (grpc) => {
        const metadata = { authorization: await on.bearer('root', 'admin') };
        const trigger = async (operation: OperationType) => (await grpc.call(AdminService.triggerOperation, TriggerOperationRequest.create({ operation, reason: 'the evening' }), metadata)).response;
        for (const operation of [OperationType.OPERATION_TYPE_RECONCILE, OperationType.OPERATION_TYPE_AUDIT]) {
          const told = await trigger(operation);
          assert.equal(told?.status, OperationStatus.OPERATION_STATUS_FAILED);
          assert.match(told.result, /Not everything was compared: payment did not answer\.$/);
        }
      });
      present(proxy, 'the network has been opened').become('open');
      await until(async () => (await admin.post('gateway', '/api/v1/admin/audit')).body['verdict'], (verdict) => verdict === 'green');
    }, {
      network: async ({ grpcPorts }) => {
        proxy = await openProxy(grpcPorts.payment);
        return { PAYMENT_GRPC_ADDRESS: `127.0.0.1:${proxy.port}` };
      },
    });
  } finally {
    await proxy?.close();
  }
});

for (const policy of ['stop', 'alarm'] as const) {
  test(`I1: books that contradict themselves are told of by an inventory that is alone, which ${policy === 'stop' ? 'ends' : 'goes on where BREACH_POLICY=alarm says so'}`, async () => {
    const ended = Promise.withResolvers<string>();
    await withSeparate(async (on) => {
      await on.event('evt_1', 2);
      const section = present(on.services.inventory.kept.inventory, 'the inventory has its memory').events.find('evt_1')?.section(0);
      section?.add(FREE, 1);
      // Something has to have changed for anybody to look.
      await (await on.user('alice')).hold('evt_1', ['A-1']);
      if (policy === 'stop') assert.match(await ended.promise, /^inventory GuaranteeBroken: I1: evt_1\/A free 2 \+ held 1/);
      else await goesOn(on);
      section?.add(FREE, -1);
    }, { ...LONG, environment: { BREACH_POLICY: policy }, onFailed: (name, cause) => ended.resolve(`${name} ${String(cause)}`) });
  });
}

async function goesOn(on: SeparateLayout): Promise<void> {
  const metrics = async (): Promise<string> => (await fetch(`${on.addresses.inventory}/actuator/prometheus`)).text();
  const text = await until(metrics, (found) => Number(/reconcile_walk_seconds_count (\d+)/.exec(found)?.[1] ?? 0) >= 3);
  assert.match(text, /reconcile_differences_total\{kind="places_do_not_add_up",outcome="alarmed"\} 1/);
  assert.equal((await fetch(`${on.addresses.inventory}/v1/events`)).status, 200);
}
