import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS, LimitReached, present, type PaymentIntentId } from '@traffic-tacos/kernel';
import { RETRY_AFTER_MS, webhookIdOf } from '../src/domain/webhook.ts';
import { ask, bodyOf, pay, SETTINGS, verdictOf } from './payment-world.ts';
import { webhookWorld, type WebhookWorld } from './webhook-world.ts';

const TEST = 'POST /v1/sim/webhook/test';
const ADMIN = { as: 'root', roles: ['admin'] };
const statusOf = async (world: WebhookWorld, id: string) => bodyOf(await ask(world, 'GET /v1/payments/intents/:id', { id }))['status'];
const told = (world: WebhookWorld) => world.attempts.map(({ said }) => `${String(said['type'])} ${String(said['status'])}`);
const idOf = (id: string, sequence: number) => webhookIdOf(id as PaymentIntentId, sequence);

describe('webhooks of results', () => {
  it('status, webhook and event always agree, for every scenario, with and without process', async () => {
    for (const scenario of ['APPROVE', 'FAIL', 'DELAY', 'RANDOM', 'TIMEOUT']) {
      for (const isProcessed of [false, true]) {
        const world = webhookWorld();
        const id = await pay(world, { scenario });
        if (isProcessed) await ask(world, 'POST /v1/payments/intents/:id/process', { id });
        await world.pass(900_000);
        const status = await statusOf(world, id);
        const expected = { COMPLETED: ['payment.approved COMPLETED'], FAILED: ['payment.failed FAILED'], EXPIRED: [] }[String(status)];
        assert.deepEqual(told(world), expected, `${scenario} ends ${String(status)}`);
        assert.deepEqual(world.told.map((fact) => `${fact.type} ${fact.status}`), expected);
        await world.service.stop();
      }
    }
  });

  it('say what the requirement names, in snake_case, with an id that is the same in every attempt', async () => {
    const world = webhookWorld();
    const id = await pay(world);
    await world.pass(200);
    const { said, webhookId } = present(world.attempts[0], 'an attempt');
    const { reservation_id: reservationId, timestamp, ...rest } = said;
    assert.match(String(reservationId), /^rsv_/);
    assert.equal(timestamp, '2023-11-14T22:13:20.200Z');
    assert.deepEqual(rest, {
      id: `${id}.1`, type: 'payment.approved', sequence: 1, payment_intent_id: id, payment_id: id, user_id: 'alice', status: 'COMPLETED', amount: 240_000,
      currency: 'KRW', refunded_amount: 0, trace_id: '0af7651916cd43dd8448eb211c80319c',
    });
    assert.equal(webhookId, `whk_${id.slice(4)}_1`);
    await world.service.stop();
  });

  it('tell of a refund, and of the approval that had not been written when it was decided', async () => {
    const world = webhookWorld();
    const id = (await pay(world)) as PaymentIntentId;
    world.clock.advance(200);
    await world.units.run(world.service.steps.refund(id, 'reservation_cancelled'));
    await world.settle();
    assert.deepEqual(told(world), ['payment.approved COMPLETED', 'payment.refunded REFUNDED']);
    assert.deepEqual(world.attempts.map(({ webhookId }) => webhookId), [idOf(id, 1), idOf(id, 2)]);
    assert.equal(world.attempts[1]?.said['refunded_amount'], 240_000);
    await world.service.stop();
  });

  it('are sent only when the result is on disk', async () => {
    const world = webhookWorld();
    const id = await pay(world);
    world.journal.flushesByItself = false;
    const answer = ask(world, 'POST /v1/payments/intents/:id/process', { id });
    await world.settle();
    assert.deepEqual(told(world), []);
    world.journal.flush();
    await answer;
    await world.settle();
    assert.deepEqual(told(world), ['payment.approved COMPLETED']);
    await world.service.stop();
  });

  it('come again after each failure, later each time and never earlier than said, over hours, and then are dead with the reason', async () => {
    const world = webhookWorld();
    world.answer = { kind: 'refused', status: 503 };
    const id = await pay(world);
    await world.pass(200);
    for (const waitMs of RETRY_AFTER_MS) {
      const before = world.attempts.length;
      await world.pass(waitMs - 1);
      assert.equal(world.attempts.length, before, `not before ${waitMs} ms`);
      await world.pass(waitMs * 0.2 + 2);
      assert.equal(world.attempts.length, before + 1, `after ${waitMs} ms`);
    }
    assert.ok(RETRY_AFTER_MS.reduce((sum, ms) => sum + ms, 0) > 15 * 3_600_000);
    assert.equal(new Set(world.attempts.map(({ webhookId, body }) => `${webhookId} ${body}`)).size, 1, 'the same id and the same bytes');
    await world.pass(100 * 3_600_000);
    assert.equal(world.attempts.length, RETRY_AFTER_MS.length + 1);
    assert.deepEqual(world.failed.at(-1)?.state, 'dead');
    const listed = bodyOf(await ask(world, 'GET /v1/webhooks/dead-letters', ADMIN))['webhooks'] as readonly Readonly<Record<string, unknown>>[];
    assert.deepEqual(listed.map(({ webhookId, reason, attempts, url }) => [webhookId, reason, attempts, url]), [[idOf(id, 1), 'answered 503', 11, undefined]]);
    await world.service.stop();
  });

  it('an accepted one is never sent again', async () => {
    const world = webhookWorld();
    await pay(world);
    await world.pass(200);
    await world.pass(100 * 3_600_000);
    assert.equal(world.attempts.length, 1);
    assert.equal(world.tables.deliveries.queued, 0);
    await world.service.stop();
  });

  it('a dead letter that is replayed is sent at once, and is dead no more when it is accepted', async () => {
    const world = webhookWorld();
    world.answer = { kind: 'refused', status: 410 };
    const id = await pay(world);
    await world.pass(200);
    assert.deepEqual([world.attempts.length, world.tables.deliveries.dead], [1, 1], 'gone is gone: no second attempt');
    world.answer = { kind: 'accepted' };
    assert.equal(verdictOf(await ask(world, 'POST /v1/webhooks/dead-letters/:id/replay', { ...ADMIN, id: idOf(id, 1) })), 202);
    await world.settle();
    assert.deepEqual([world.attempts.length, world.tables.deliveries.dead], [2, 0]);
    for (const none of [idOf(id, 1), 'whk_none', '']) assert.equal(verdictOf(await ask(world, 'POST /v1/webhooks/dead-letters/:id/replay', { ...ADMIN, id: none })), 'NOT_FOUND');
    await world.service.stop();
  });

  it('an address that is not allowed is not tried twice', async () => {
    const world = webhookWorld();
    world.answer = { kind: 'address_not_allowed' };
    await pay(world);
    await world.pass(200);
    await world.pass(100 * 3_600_000);
    assert.deepEqual([world.attempts.length, world.tables.deliveries.deadLetters()[0]?.reason], [1, 'the address is not allowed']);
    await world.service.stop();
  });
});

describe('the queue of webhooks', () => {
  it('S12: survives a crash: what was not accepted is sent by the next process, what was accepted is not, and the dead stay', async () => {
    const world = webhookWorld();
    const accepted = await pay(world);
    await world.pass(200);
    world.answer = { kind: 'refused', status: 410 };
    const dead = await pay(world);
    await world.pass(200);
    world.answer = { kind: 'refused', status: 500 };
    const waiting = await pay(world);
    await world.pass(200);
    world.journal.crash();
    const next = webhookWorld(SETTINGS, world);
    await next.pass(10_000);
    assert.deepEqual(next.attempts.map(({ webhookId }) => webhookId), [idOf(waiting, 1)]);
    assert.deepEqual(next.tables.deliveries.deadLetters().map(({ webhookId }) => webhookId), [idOf(dead, 1)]);
    assert.equal(next.tables.deliveries.find(idOf(accepted, 1)), undefined);
    await next.service.stop();
  });

  it('S12: a crash between the acceptance and its record leads to a repetition with the same id and the same bytes', async () => {
    const world = webhookWorld();
    await pay(world);
    await world.pass(199);
    world.clock.advance(1);
    world.journal.flushesByItself = false;
    const woken = world.scheduler.wakeDue();
    await world.settle();
    world.journal.flush();
    await woken;
    await world.settle();
    assert.equal(world.attempts.length, 1, 'accepted, and the record of it is not on disk');
    world.journal.crash();
    world.journal.flushesByItself = true;
    const next = webhookWorld(SETTINGS, world);
    await next.settle();
    assert.deepEqual(next.attempts.map(({ webhookId, body }) => [webhookId, body]), world.attempts.map(({ webhookId, body }) => [webhookId, body]));
    await next.service.stop();
  });

  it('is bounded: at the limit no new intents are made, and what was begun is told all the same', async () => {
    const limits = { ...DEFAULT_LIMITS, webhookDeliveries: 2, webhookDeadLetters: 2 };
    const world = webhookWorld({ ...SETTINGS, limits });
    world.answer = { kind: 'unreachable', reason: 'could not be reached: ECONNREFUSED' };
    for (let i = 0; i < 3; i++) await pay(world);
    await world.pass(200);
    assert.equal(world.tables.deliveries.queued, 3);
    await assert.rejects(pay(world), LimitReached);
    world.answer = { kind: 'accepted' };
    await world.pass(2_000);
    await pay(world);
    await world.service.stop();
  });

  it('keeps as many dead letters as it may, the newest', async () => {
    const limits = { ...DEFAULT_LIMITS, webhookDeliveries: 10, webhookDeadLetters: 2 };
    const world = webhookWorld({ ...SETTINGS, limits });
    world.answer = { kind: 'refused', status: 410 };
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) {
      ids.push(await pay(world));
      await world.pass(200);
    }
    const kept = ids.slice(2).map((id) => idOf(id, 1));
    assert.deepEqual(world.tables.deliveries.deadLetters().map(({ webhookId }) => webhookId), kept);
    const page = bodyOf(await ask(world, 'GET /v1/webhooks/dead-letters', { ...ADMIN, query: { limit: 1 } }));
    assert.equal(page['nextCursor'], kept[0]);
    const rest = bodyOf(await ask(world, 'GET /v1/webhooks/dead-letters', { ...ADMIN, query: { limit: 1, cursor: page['nextCursor'] } }));
    assert.deepEqual([(rest['webhooks'] as readonly unknown[]).length, rest['nextCursor']], [1, undefined]);
    await world.service.stop();
  });

  it('a thousand results of one instant are all told, each once', async () => {
    const world = webhookWorld();
    for (let i = 0; i < 1_000; i++) await pay(world);
    await world.pass(200);
    for (let i = 0; i < 50; i++) await world.settle();
    assert.equal(world.attempts.length, 1_000);
    assert.equal(new Set(world.attempts.map(({ webhookId }) => webhookId)).size, 1_000);
    await world.service.stop();
  });
});

describe('a receiver of one’s own', () => {
  const elsewhere = 'https://shop.example/hook?secret=1';

  it('is set by admins and services only, and hears of every result of the intent, over restarts; its query is not shown', async () => {
    const world = webhookWorld();
    const reservationId = world.reserve();
    const body = { reservationId, amount: 240_000, currency: 'KRW', webhookUrl: elsewhere };
    const create = 'POST /v1/payments/intents';
    assert.equal(verdictOf(await ask(world, create, { body })), 'FORBIDDEN');
    assert.equal(verdictOf(await ask(world, create, { body: { ...body, webhookUrl: 'http://10.0.0.1/' }, roles: ['admin'] })), 'INVALID_REQUEST');
    const id = String(bodyOf(await ask(world, create, { body, roles: ['admin'] }))['paymentIntentId']) as PaymentIntentId;
    await world.pass(200);
    assert.deepEqual(world.attempts.map(({ url }) => url), [elsewhere]);
    const next = webhookWorld(SETTINGS, world);
    next.answer = { kind: 'refused', status: 410 };
    await next.units.run(next.service.steps.refund(id, 'requested'));
    await next.settle();
    assert.deepEqual(next.attempts.map(({ url }) => url), [elsewhere]);
    const listed = JSON.stringify(bodyOf(await ask(next, 'GET /v1/webhooks/dead-letters', ADMIN)));
    assert.ok(listed.includes('https://shop.example/hook') && !listed.includes('secret=1'));
    await next.service.stop();
  });

  it('may be one of as many as the limit says: known ones go on, another is refused, and intents without one go on', async () => {
    const world = webhookWorld({ ...SETTINGS, limits: { ...DEFAULT_LIMITS, webhookReceivers: 1 } });
    const create = (key: string, more: object) => ask(world, 'POST /v1/payments/intents', { body: { reservationId: world.reserve(), amount: 240_000, currency: 'KRW', ...more }, key, roles: ['admin'] });
    assert.equal(verdictOf(await create('a', { webhookUrl: elsewhere })), 201);
    assert.equal(verdictOf(await create('b', { webhookUrl: elsewhere })), 201);
    await assert.rejects(create('d', { webhookUrl: 'https://other.example/' }), LimitReached);
    assert.equal(verdictOf(await create('c', {})), 201);
    await world.service.stop();
  });

  it('of an intent that an earlier version made is the one that the earlier version wrote down', async () => {
    const world = webhookWorld();
    const id = await pay(world);
    world.tables.receivers.restore({ intentId: id as PaymentIntentId, url: elsewhere });
    await world.pass(200);
    assert.deepEqual(world.attempts.map(({ url }) => url), [elsewhere]);
    await world.service.stop();
  });

  it('S6, I7: a key that made an intent for one receiver makes none for another', async () => {
    const world = webhookWorld();
    const reservationId = world.reserve();
    const create = async (webhookUrl: string) => verdictOf(await ask(world, 'POST /v1/payments/intents', { body: { reservationId, amount: 240_000, currency: 'KRW', webhookUrl }, key: 'k', roles: ['admin'] }));
    assert.deepEqual([await create(elsewhere), await create(elsewhere), await create('https://other.example/')], [201, 201, 'IDEMPOTENCY_CONFLICT']);
    await world.service.stop();
  });

  it('that is slow is asked by sixteen at a time, and does not keep the platform’s own waiting', async () => {
    const world = webhookWorld();
    const slow = Promise.withResolvers<void>();
    world.elsewhereAnswers = slow.promise;
    for (let i = 0; i < 40; i++) {
      const body = { reservationId: world.reserve(), amount: 240_000, currency: 'KRW', ...(i % 2 === 0 ? { webhookUrl: elsewhere } : {}) };
      await ask(world, 'POST /v1/payments/intents', { body, key: `k${i}`, roles: ['admin'] });
    }
    await world.pass(200);
    const asked = (isOwn: boolean) => world.attempts.filter(({ url }) => (url === undefined) === isOwn).length;
    assert.deepEqual([asked(true), asked(false), world.tables.deliveries.queued], [20, 16, 20]);
    slow.resolve();
    await world.settle();
    assert.deepEqual([asked(true), asked(false), world.tables.deliveries.queued], [20, 20, 0]);
    await world.service.stop();
  });
});

describe('a test webhook', () => {
  it('moves the intent through its states first, so that status, webhook and event agree', async () => {
    for (const [target, expected] of [['COMPLETED', ['payment.approved COMPLETED']], ['FAILED', ['payment.failed FAILED']], ['REFUNDED', ['payment.approved COMPLETED', 'payment.refunded REFUNDED']]] as const) {
      const world = webhookWorld();
      const id = await pay(world, { scenario: 'TIMEOUT' });
      const body = bodyOf(await ask(world, TEST, { ...ADMIN, body: { paymentIntentId: id, targetStatus: target.toLowerCase() } }));
      await world.settle();
      assert.deepEqual([body['status'], body['webhookSent'], body['webhookId']], [target, true, idOf(id, expected.length)]);
      assert.equal(await statusOf(world, id), target);
      assert.deepEqual(told(world), [...expected]);
      assert.deepEqual(world.told.map((fact) => `${fact.type} ${fact.status}`), [...expected]);
      await world.pass(900_000);
      assert.equal(await statusOf(world, id), target, 'nothing comes after it');
      await world.service.stop();
    }
  });

  it('is sent later where that is asked for; the intent changes at once', async () => {
    const world = webhookWorld();
    const id = await pay(world, { scenario: 'TIMEOUT' });
    const body = bodyOf(await ask(world, TEST, { ...ADMIN, body: { paymentIntentId: id, targetStatus: 'COMPLETED', delaySeconds: 60 } }));
    assert.equal(body['scheduledAt'], '2023-11-14T22:14:20.000Z');
    await world.pass(59_999);
    assert.deepEqual([told(world), await statusOf(world, id)], [[], 'COMPLETED']);
    await world.pass(1);
    assert.deepEqual(told(world), ['payment.approved COMPLETED']);
    await world.service.stop();
  });

  it('tells once more of a state that is there already, with the same id, only where that is forced', async () => {
    const world = webhookWorld();
    const id = await pay(world);
    await world.pass(200);
    const again = (forceTrigger: boolean) => ask(world, TEST, { ...ADMIN, body: { paymentIntentId: id, targetStatus: 'COMPLETED', forceTrigger } });
    assert.equal(verdictOf(await again(false)), 'PAYMENT_ALREADY_ENDED');
    assert.equal(verdictOf(await again(true)), 200);
    await world.settle();
    assert.deepEqual(world.attempts.map(({ webhookId }) => webhookId), [idOf(id, 1), idOf(id, 1)]);
    assert.equal(world.told.length, 1, 'it is no second event');
    await world.service.stop();
  });

  it('reaches no state that the intent cannot get to', async () => {
    const world = webhookWorld();
    const failed = await pay(world, { scenario: 'FAIL' });
    const cancelled = await pay(world);
    await ask(world, 'POST /v1/payments/intents/:id/cancel', { id: cancelled });
    const refunded = await pay(world);
    await world.pass(200);
    await ask(world, TEST, { ...ADMIN, body: { paymentIntentId: refunded, targetStatus: 'REFUNDED' } });
    const reach = async (id: string, targetStatus: string) => verdictOf(await ask(world, TEST, { ...ADMIN, body: { paymentIntentId: id, targetStatus } }));
    for (const [id, target] of [[failed, 'COMPLETED'], [failed, 'REFUNDED'], [cancelled, 'COMPLETED'], [cancelled, 'FAILED'], [refunded, 'COMPLETED'], [refunded, 'FAILED']] as const) {
      assert.equal(await reach(id, target), 'PAYMENT_ALREADY_ENDED', `${id} ${target}`);
    }
    for (const id of ['nonsense', `pay_${'0'.repeat(26)}`]) assert.equal(await reach(id, 'COMPLETED'), 'PAYMENT_NOT_FOUND');
    const route = present(world.service.routes.find(({ path }) => path === '/v1/sim/webhook/test'), 'the route');
    assert.equal(route.access, 'admin');
    await world.service.stop();
  });
});
