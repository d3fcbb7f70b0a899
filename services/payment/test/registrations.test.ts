import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BusEvent, PaymentIntentId } from '@traffic-tacos/kernel';
import { DEFAULT_LIMITS, present } from '@traffic-tacos/kernel';
import { newWebhookSecret, readWebhookSecret, signWebhook } from '@traffic-tacos/kit';
import { RETRY_AFTER_MS, webhookIdOf } from '../src/domain/webhook.ts';
import { SECRET_ROTATION_MS, type Registration, type RegistrationWish } from '../src/domain/registration.ts';
import { ask, bodyOf, pay, SETTINGS, verdictOf } from './payment-world.ts';
import { webhookWorld, type WebhookWorld } from './webhook-world.ts';

const SHOP = 'https://shop.example/hook';
/** Characters of an id after its prefix. */
const SUFFIX = 26;
const OTHER = 'https://other.example/hook';
const ADMIN = { as: 'root', roles: ['admin'] };
const wish = (more: Partial<RegistrationWish> = {}): RegistrationWish => ({ serviceName: 'shop', url: SHOP, types: ['payment.approved'], secret: '', retries: 0, timeoutSeconds: 3, headers: [], ...more });

async function register(world: WebhookWorld, more: Partial<RegistrationWish> = {}): Promise<Registration> {
  const outcome = await world.service.registrations.put(wish(more));
  assert.equal(outcome.kind, 'registered');
  return outcome.kind === 'registered' ? outcome.registration : assert.fail();
}

/** An event as the relay hands it over. */
const event = (n: number, type = 'payment.approved'): Pick<BusEvent, 'detail'> => ({
  detail: { id: `pay_${String(n).padStart(26, '0')}.1`, type, version: 1, sequence: 1, occurred_at: '2025-10-09T08:53:20.123Z', trace_id: 'a'.repeat(32), payment_intent_id: `pay_${n}`, status: 'COMPLETED' },
});

async function deliver(world: WebhookWorld, ...events: readonly Pick<BusEvent, 'detail'>[]): Promise<void> {
  await world.service.registrations.deliver(events);
  await world.settle();
}

const heard = (world: WebhookWorld, url: string) => world.attempts.filter((attempt) => attempt.url === url);
const smallWorld = (limits: Partial<typeof DEFAULT_LIMITS>) => webhookWorld({ ...SETTINGS, limits: { ...DEFAULT_LIMITS, ...limits } });

describe('a registered receiver', () => {
  it('hears of the types that it is registered for and of no other, in the words of a webhook, under an id of its own', async () => {
    const world = webhookWorld();
    const shop = await register(world, { headers: [['X-Shop', '1']], timeoutSeconds: 2 });
    await register(world, { url: OTHER, types: ['reservation.expired'] });
    await deliver(world, event(1), event(2, 'payment.failed'), event(3, 'reservation.expired'));
    assert.deepEqual(world.attempts.map(({ url, said }) => [url, said['type']]), [[SHOP, 'payment.approved'], [OTHER, 'reservation.expired']]);
    const [{ webhookId, said, terms } = assert.fail()] = heard(world, SHOP);
    assert.equal(webhookId, `whk_${'1'.padStart(26, '0')}_1_${shop.id.slice(4)}`);
    assert.deepEqual(said, {
      id: event(1).detail.id, type: 'payment.approved', version: 1, sequence: 1, timestamp: '2025-10-09T08:53:20.123Z', trace_id: 'a'.repeat(32), payment_intent_id: 'pay_1', status: 'COMPLETED', payment_id: 'pay_1',
    });
    assert.deepEqual(terms, { secrets: [''], timeoutMs: 2_000, headers: [['X-Shop', '1']] });
    await world.service.stop();
  });

  it('is one registration for a service and an address: the newer call changes it, and asking again the same changes nothing', async () => {
    const world = webhookWorld();
    const first = await register(world);
    assert.deepEqual(await register(world), first);
    const changed = await register(world, { types: ['payment.failed'] });
    assert.deepEqual([changed.id, changed.version, changed.slot], [first.id, 2, first.slot]);
    const foreign = await register(world, { serviceName: 'books' });
    assert.notEqual(foreign.id, first.id);
    await deliver(world, event(1), event(2, 'payment.failed'));
    assert.deepEqual(world.attempts.map(({ said }) => said['type']).sort(), ['payment.approved', 'payment.failed']);
    await world.service.stop();
  });

  it('S11: a secret that is replaced signs beside the new one for a day, and not a millisecond longer', async () => {
    const world = webhookWorld();
    const [old, current] = [newWebhookSecret(), newWebhookSecret()];
    const { id } = await register(world, { secret: old });
    await register(world, { secret: current });
    const payload = Buffer.from('msg_1.1700000000.{}');
    const by = (text: string) => signWebhook(present(readWebhookSecret(text), 'a secret'), { id: 'msg_1', timestampSeconds: 1_700_000_000, body: Buffer.from('{}') })['webhook-signature'] ?? '';
    const verified = () => [old, current].map((text) => world.service.registrations.verify(id, payload, by(text)));
    await deliver(world, event(1));
    assert.deepEqual(world.attempts.at(-1)?.terms?.secrets, [current, old]);
    await world.pass(SECRET_ROTATION_MS - 1);
    assert.deepEqual(verified(), [true, true]);
    await world.pass(1);
    assert.deepEqual(verified(), [false, true]);
    await deliver(world, event(2));
    assert.deepEqual(world.attempts.at(-1)?.terms?.secrets, [current]);
    assert.equal(world.service.registrations.verify('whr_none', payload, by(current)), undefined);
    await world.service.stop();
  });

  it('is refused with everything that is wrong, and an address that leads inside at once', async () => {
    const world = webhookWorld();
    const bad: readonly (readonly [Partial<RegistrationWish>, readonly string[]])[] = [
      [{ serviceName: '' }, ['serviceName']], [{ serviceName: 'a b' }, ['serviceName']], [{ serviceName: 'a'.repeat(129) }, ['serviceName']],
      [{ url: 'http://shop.example/' }, ['endpointUrl']], [{ url: 'ftp://shop.example/' }, ['endpointUrl']], [{ url: 'no' }, ['endpointUrl']], [{ url: 'https://a:b@shop.example/' }, ['endpointUrl']],
      [{ url: 'https://127.0.0.1/' }, ['endpointUrl']], [{ url: 'https://[::1]/' }, ['endpointUrl']], [{ url: 'https://inside.example/' }, ['endpointUrl']], [{ url: `https://shop.example/${'a'.repeat(2_048)}` }, ['endpointUrl']],
      [{ types: [] }, ['eventTypes']], [{ types: ['payment.failed', 'payment.failed'] }, ['eventTypes']],
      [{ secret: 'hush' }, ['secret']], [{ secret: `whsec_${Buffer.alloc(23).toString('base64')}` }, ['secret']],
      [{ retries: 11 }, ['retryCount']], [{ retries: -1 }, ['retryCount']], [{ timeoutSeconds: 4 }, ['timeoutSeconds']], [{ timeoutSeconds: 0 }, ['timeoutSeconds']],
      [{ headers: [['webhook-ID', 'x']] }, ['headers']], [{ headers: [['Content-Length', '0']] }, ['headers']], [{ headers: [['a b', 'x']] }, ['headers']], [{ headers: [['X', 'a\r\nb']] }, ['headers']],
      [{ headers: [['X-A', '1'], ['x-a', '2']] }, ['headers']], [{ headers: Array.from({ length: 11 }, (_, i) => [`X-${i}`, ''] as const) }, ['headers']],
      [{ url: 'no', types: [], retries: 99 }, ['endpointUrl', 'eventTypes', 'retryCount']],
    ];
    for (const [more, fields] of bad) {
      const outcome = await world.service.registrations.put(wish(more));
      assert.deepEqual(outcome.kind === 'invalid' ? outcome.problems.map(({ field }) => field) : outcome.kind, fields, JSON.stringify(more));
    }
    assert.deepEqual(world.service.registrations.list(), []);
    await world.service.stop();
  });

  it('is one of as many as may be; a place that is given back is another one’s', async () => {
    const world = smallWorld({ webhookRegistrations: 2 });
    const first = await register(world);
    await register(world, { url: OTHER });
    const third = { url: 'https://third.example/' };
    assert.deepEqual(await world.service.registrations.put(wish(third)), { kind: 'too_many', most: 2 });
    await register(world, { types: ['payment.failed'] });
    assert.equal(await world.service.registrations.remove(first.id), true);
    assert.equal(await world.service.registrations.remove(first.id), false);
    assert.equal((await register(world, third)).slot, first.slot);
    await world.service.stop();
  });

  it('that is removed gets nothing more, not even what waits for it', async () => {
    const world = webhookWorld();
    const { id } = await register(world);
    world.answer = { kind: 'refused', status: 503 };
    await deliver(world, event(1), event(2));
    await world.service.registrations.remove(id);
    assert.equal(world.tables.deliveries.queued, 0);
    await world.pass(100_000);
    await deliver(world, event(3));
    assert.deepEqual([world.attempts.length, world.tables.deliveries.queued, world.tables.deliveries.dead], [2, 0, 0]);
    await world.service.stop();
  });

  it('S13: whose place another one has taken leaves nothing behind that has a message of the other sent twice at one time', async () => {
    const world = webhookWorld();
    const { id, slot } = await register(world);
    world.answer = { kind: 'refused', status: 503 };
    await deliver(world, event(1));
    await world.service.registrations.remove(id);
    assert.equal((await register(world, { url: OTHER })).slot, slot);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.elsewhereAnswers = promise;
    await deliver(world, event(2));
    // The first message would have come again by now.
    await world.pass(10_000);
    assert.equal(heard(world, OTHER).length, 1);
    resolve();
    await world.service.stop();
  });

  it('gets a test that names no payment, whatever its types are', async () => {
    const world = webhookWorld();
    const { id } = await register(world);
    const messageId = await world.service.registrations.test(id, 'b'.repeat(32));
    await world.settle();
    assert.deepEqual(world.attempts.map(({ webhookId, said }) => [webhookId, said['type'], said['trace_id']]), [[messageId, 'webhook.test', 'b'.repeat(32)]]);
    assert.equal(await world.service.registrations.test('whr_none', ''), undefined);
    await world.service.stop();
  });

  it('of maintenance hears that the platform stops and comes back; a start after a crash tells that it has come back', async () => {
    const world = webhookWorld();
    await register(world, { types: ['system.maintenance'] });
    await world.service.stop();
    const next = webhookWorld(SETTINGS, world);
    await next.settle();
    next.journal.crash();
    const last = webhookWorld(SETTINGS, next);
    await last.settle();
    assert.deepEqual([world, next, last].map(({ attempts }) => attempts.map(({ said }) => said['phase'])), [['stopping'], ['started'], ['started']]);
    await last.service.stop();
  });
});

describe('deliveries to registered receivers', () => {
  it('I6, S12: come at least once: an event that comes again while its message waits is not queued twice, and a crash repeats it with the same id and bytes', async () => {
    const world = webhookWorld();
    await register(world);
    world.answer = { kind: 'refused', status: 500 };
    await deliver(world, event(1), event(1));
    await deliver(world, event(1));
    assert.equal(world.attempts.length, 1);
    world.journal.crash();
    const next = webhookWorld(SETTINGS, world);
    await next.pass(10_000);
    assert.deepEqual(next.attempts.map(({ webhookId, body }) => [webhookId, body]), world.attempts.map(({ webhookId, body }) => [webhookId, body]));
    assert.equal(next.service.registrations.list()[0]?.queued, 0);
    await next.service.stop();
  });

  it('S13: a poison receiver goes to the dead letters, from which it is replayed, while the rest flows', async () => {
    const world = webhookWorld();
    await register(world, { retries: 2 });
    await register(world, { url: OTHER });
    world.answersOf.set(SHOP, { kind: 'refused', status: 500 });
    await deliver(world, event(1));
    for (const waitMs of RETRY_AFTER_MS) await world.pass(waitMs * 1.2 + 1);
    assert.deepEqual([heard(world, SHOP).length, heard(world, OTHER).length], [3, 1], 'as many repetitions as it was registered with');
    const [dead = assert.fail()] = bodyOf(await ask(world, 'GET /v1/webhooks/dead-letters', ADMIN))['webhooks'] as readonly Readonly<Record<string, unknown>>[];
    assert.deepEqual([dead['url'], dead['reason'], dead['attempts']], [SHOP, 'answered 500', 3]);
    world.answersOf.clear();
    assert.equal(verdictOf(await ask(world, 'POST /v1/webhooks/dead-letters/:id/replay', { ...ADMIN, id: String(dead['webhookId']) })), 202);
    await world.settle();
    assert.deepEqual([heard(world, SHOP).length, world.tables.deliveries.dead], [4, 0]);
    await world.service.stop();
  });

  it('S13: a receiver that does not answer keeps none waiting but itself', async () => {
    const world = webhookWorld();
    await register(world);
    await register(world, { url: OTHER });
    const { promise, resolve } = Promise.withResolvers<void>();
    world.elsewhereAnswers = promise;
    await deliver(world, ...Array.from({ length: 10 }, (_, n) => event(n)));
    assert.deepEqual([heard(world, SHOP).length, heard(world, OTHER).length], [4, 4], 'each is asked by as many at one time as its own lane has');
    resolve();
    await world.settle();
    await world.settle();
    assert.deepEqual([heard(world, SHOP).length, heard(world, OTHER).length], [10, 10]);
    await world.service.stop();
  });

  it('are bounded for each: past the limit a message is given up at once, and no payment is refused for it', async () => {
    const world = smallWorld({ webhookBacklog: 2, webhookDeadLetters: 2, webhookDeliveries: 2 });
    await register(world);
    world.answersOf.set(SHOP, { kind: 'unreachable', reason: 'away' });
    await deliver(world, event(1), event(2));
    assert.deepEqual([world.tables.deliveries.queued, world.tables.deliveries.dead], [2, 0], 'at the limit');
    await deliver(world, event(3), event(4));
    await deliver(world, event(5));
    assert.deepEqual(world.tables.deliveries.deadLetters().map(({ webhookId, reason }) => [webhookId.slice('whk_'.length, -'_1_'.length - SUFFIX), reason]), [4, 5].map((n) => [String(n).padStart(SUFFIX, '0'), 'too many messages wait for this receiver']));
    await pay(world);
    await world.service.stop();
  });

  it('S13: of a receiver that accepts nothing take no dead letter of the platform’s own results away, over a restart too', async () => {
    const limits = { webhookBacklog: 1, webhookDeadLetters: 4 };
    const world = smallWorld(limits);
    await register(world);
    world.answersOf.set('', { kind: 'refused', status: 410 });
    world.answersOf.set(SHOP, { kind: 'unreachable', reason: 'away' });
    const own = await pay(world);
    await world.pass(200);
    const deadOf = ({ tables }: WebhookWorld) => tables.deliveries.deadLetters().map(({ url, webhookId }) => (url === undefined ? webhookId : Number(webhookId.slice('whk_'.length, -'_1_'.length - SUFFIX))));
    const result = webhookIdOf(own as PaymentIntentId, 1);
    await deliver(world, ...Array.from({ length: 10 }, (_, n) => event(n)));
    assert.deepEqual(deadOf(world), [result, 7, 8, 9]);
    world.journal.crash();
    const next = webhookWorld({ ...SETTINGS, limits: { ...DEFAULT_LIMITS, ...limits } }, world);
    next.answersOf.set(SHOP, { kind: 'unreachable', reason: 'away' });
    await deliver(next, event(10), event(11));
    assert.deepEqual(deadOf(next), [result, 9, 10, 11]);
    await next.service.stop();
  });

  it('fit into an entry of the journal, however many events come at one time and however long their texts are', async () => {
    const world = webhookWorld();
    const far = `https://shop.example/${'가'.repeat(2_000)}`;
    for (let i = 0; i < DEFAULT_LIMITS.webhookRegistrations; i++) await register(world, { url: `${far}${i}` });
    const long = '좌석'.repeat(2_000);
    const told = Array.from({ length: 32 }, (_, n) => ({ detail: { ...event(n).detail, user_id: long } }));
    await world.service.registrations.deliver(told);
    assert.equal(world.tables.deliveries.queued, told.length * DEFAULT_LIMITS.webhookRegistrations);
    // As many as the relay hands over at one time are eight times as many.
    assert.ok(world.journal.mostEntryBytes < DEFAULT_LIMITS.journalEntryBytes / 32, `${world.journal.mostEntryBytes} bytes`);
    await world.service.stop();
  });

  it('lead nowhere where nobody is registered, and where the platform sends no webhooks nobody can be', async () => {
    const world = webhookWorld();
    assert.equal(world.service.registrations.wants('payment.approved'), false);
    const before = world.journal.entryCount;
    await deliver(world, event(1));
    assert.equal(world.journal.entryCount, before);
    await world.service.stop();
  });
});
