import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InventoryService, timestampOf } from '@traffic-tacos/contracts';
import { MoveSaleRequest } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { connectGrpc } from '@traffic-tacos/kit/testing';
import { eventBody, until } from '@traffic-tacos/platform/testing';
import { withSeparate } from './support/separate.ts';

const FAR = '2998-01-01T00:00:00.000Z';
const LATER = '2998-06-01T00:00:00.000Z';
const END = '2999-01-01T00:00:00.000Z';

test('a waiting room apart moves the sale at the inventory: holds are refused before it starts and taken after it was moved back, also after a restart', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 4);
    const root = await on.user('root', 'admin');
    const alice = await on.user('alice');
    const arrange = (body: object) => root.post('gateway', '/api/v1/admin/queues/evt_1/schedule', { body });
    assert.equal((await root.post('gateway', '/api/v1/admin/queues/evt_none/schedule', { body: { sale_starts_at: FAR } })).status, 404);
    const moved = await arrange({ sale_starts_at: FAR, sale_ends_at: END });
    assert.equal(moved.status, 200, moved.text);
    const sold = async () => (await alice.get('inventory', '/v1/events/evt_1')).body;
    assert.deepEqual([(await sold())['saleStartsAt'], (await sold())['saleEndsAt']], [FAR, END]);
    assert.match((await alice.hold('evt_1', ['A-1'])).text, /SALE_NOT_OPEN/);
    assert.equal((await arrange({ sale_starts_at: FAR, sale_ends_at: END })).status, 200, 'again');
    assert.equal((await arrange({ sale_ends_at: FAR })).status, 400, 'it would end as it starts');
    const again = await on.restart();
    const [rootAgain, aliceAgain] = [await again.user('root', 'admin'), await again.user('alice')];
    assert.equal((await aliceAgain.hold('evt_1', ['A-1'])).status, 409);
    const back = await rootAgain.post('gateway', '/api/v1/admin/queues/evt_1/schedule', { body: { sale_starts_at: null, sale_ends_at: null } });
    assert.equal(back.status, 200, back.text);
    assert.equal((await aliceAgain.hold('evt_1', ['A-1'])).status, 201);
  }));

test('what an operator leaves as it is stays as the organizer has put it meanwhile, and what is said again is asked for again', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 4);
    const [root, organizer] = [await on.user('root', 'admin'), await on.user('organizer', 'organizer')];
    const arrange = async (body: object) => (await root.post('gateway', '/api/v1/admin/queues/evt_1/schedule', { body })).status;
    const put = async (startsAt: string) => (await organizer.call('inventory', 'PUT', '/v1/events/evt_1', { body: eventBody('evt_1', 4, 1_000, { sale_starts_at: startsAt }) })).status;
    const starts = async () => (await organizer.get('inventory', '/v1/events/evt_1')).body['saleStartsAt'];
    assert.deepEqual([await arrange({ sale_starts_at: FAR }), await put(LATER), await arrange({ sale_ends_at: END })], [200, 200, 200]);
    assert.equal(await starts(), LATER);
    assert.deepEqual([await arrange({ sale_starts_at: FAR }), await put(LATER), await arrange({ sale_starts_at: FAR })], [200, 200, 200]);
    assert.equal(await starts(), FAR);
  }));

test('while the inventory is away no sale is moved, and the same word moves it when it is back', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 4);
    const root = await on.user('root', 'admin');
    const arrange = () => root.post('gateway', '/api/v1/admin/queues/evt_1/schedule', { body: { sale_starts_at: FAR } });
    assert.equal((await root.post('gateway', '/api/v1/admin/queues/evt_1/pause', {})).status, 200, 'the room knows its event');
    await on.services.inventory.stop(5_000);
    assert.equal((await arrange()).status, 503);
    await on.replace('inventory');
    await until(arrange, ({ status }) => status === 200);
    assert.equal((await (await on.user('alice')).hold('evt_1', ['A-1'])).status, 409);
  }));

test('the sale is moved for services alone, and not where the time is wrong', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 1);
    const client = connectGrpc(on.services.inventory.grpcAddress);
    try {
      const [start, end] = [timestampOf(Date.parse(FAR)), timestampOf(Date.parse(END))];
      const move = (metadata: Readonly<Record<string, string>>, wish: Partial<MoveSaleRequest> = {}) => client.call(InventoryService.moveSale, MoveSaleRequest.create({ eventId: 'evt_1', saleStartTime: start, saleEndTime: end, ...wish }), metadata);
      const right = { authorization: `Bearer ${await on.credentialFor('inventory')}` };
      const codes: string[] = [];
      for (const metadata of [{}, { authorization: await on.bearer('root', 'admin') }, { authorization: `Bearer ${await on.credentialFor('payment')}` }, right]) codes.push((await move(metadata)).code);
      assert.deepEqual(codes, ['UNAUTHENTICATED', 'PERMISSION_DENIED', 'UNAUTHENTICATED', 'OK']);
      assert.equal((await move(right)).response?.moved, false);
      assert.equal((await move(right, { saleStartTime: end, saleEndTime: start })).code, 'INVALID_ARGUMENT');
      assert.equal((await move(right, { eventId: '' })).code, 'INVALID_ARGUMENT');
      for (const wrong of [timestampOf(-1), { seconds: 1, nanos: -1 }]) assert.equal((await move(right, { saleStartTime: wrong })).code, 'INVALID_ARGUMENT');
      assert.equal((await move({ ...right, 'x-error-mode': 'status' }, { eventId: 'evt_none' })).code, 'NOT_FOUND');
    } finally {
      client.close();
    }
  }));
