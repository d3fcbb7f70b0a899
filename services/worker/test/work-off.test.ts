import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS, present } from '@traffic-tacos/kernel';
import { away, bodyOf, PAY, resultOf, RSV, wakeUp, workerWorld, type WorkerWorld } from './worker-world.ts';

const deadOf = ({ tables }: WorkerWorld) => tables.messages.deadLetters().map(({ id, failures, reason }) => ({ id, failures, reason }));
const countsOf = async ({ metrics }: WorkerWorld) => {
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('worker_events_total'));
  return Object.fromEntries(lines.map((line) => [/\{(.*)\}/.exec(line)?.[1] ?? '', Number(line.split(' ').at(-1))]));
};

describe('the worker', () => {
  it('has the effect of each message, and lets it go', async () => {
    const world = await workerWorld();
    world.worker.start();
    await world.send(resultOf(1));
    await world.send(wakeUp('w1'));
    await world.pass(10);
    assert.deepEqual([world.effects.asked, world.worker.queueDepth], [[`payment.approved ${PAY}.1`, `end ${RSV}`], 0]);
    assert.deepEqual(await countsOf(world), { 'type="payment.approved",outcome="done"': 1, 'type="reservation.hold.due",outcome="done"': 1 });
    await world.worker.stop();
  });

  it('S13: a poison message is retried after 1, 2, 4, 8 and 16 s and then dead, with its reason, while the rest flows', async () => {
    const world = await workerWorld({ concurrency: 1 });
    world.worker.start();
    await world.send('{"id":"poison","type":"order.shipped"}');
    for (let sequence = 1; sequence <= 40; sequence++) await world.send(resultOf(sequence));
    await world.pass(30_999);
    assert.deepEqual([world.effects.asked.length, deadOf(world)], [40, []]);
    await world.pass(1);
    assert.deepEqual(deadOf(world), [{ id: 'poison', failures: 6, reason: 'nothing is done about messages of type "order.shipped"' }]);
    assert.deepEqual((await countsOf(world))['type="unknown",outcome="retry"'], 5);
    assert.deepEqual((await countsOf(world))['type="unknown",outcome="dead"'], 1);
    await world.worker.stop();
  });

  it('S13: a message at which a fault of ours shows is poison like any other, with the fault as its reason', async () => {
    const world = await workerWorld();
    world.worker.start();
    world.effects.answer = (what) => {
      if (what.endsWith('.1')) throw new TypeError('undefined is no reservation');
      return { kind: 'done' };
    };
    await world.send(resultOf(1));
    await world.send(resultOf(2));
    await world.pass(31_000);
    assert.deepEqual(deadOf(world), [{ id: `${PAY}.1`, failures: 6, reason: 'TypeError: undefined is no reservation' }]);
    assert.equal(world.worker.queueDepth, 0);
    await world.worker.stop();
  });

  it('S15: an absence costs no attempt: the message is put off, at most 16 s at a time, for as long as it lasts', async () => {
    const world = await workerWorld();
    world.worker.start();
    world.effects.answer = away;
    await world.send(resultOf(1));
    await world.pass(600_000);
    assert.deepEqual(deadOf(world), []);
    const waiting = present(world.tables.messages.find(`${PAY}.1`), 'it waits');
    assert.deepEqual([waiting.failures, waiting.reason, world.effects.asked.length], [0, 'the store is away', 41]);
    world.effects.answer = () => ({ kind: 'done' });
    await world.pass(16_000);
    assert.equal(world.worker.queueDepth, 0);
    await world.worker.stop();
  });

  it('S12: what was under way when the process died is worked on by the next one', async () => {
    const world = await workerWorld();
    world.worker.start();
    world.effects.answer = () => new Promise(() => undefined);
    await world.send(resultOf(1));
    await world.pass(10);
    assert.equal(world.effects.asked.length, 1);
    const next = await world.next();
    next.worker.start();
    await next.pass(10);
    assert.deepEqual([next.effects.asked, next.worker.queueDepth], [[`payment.approved ${PAY}.1`], 0]);
    await next.worker.stop();
  });

  it('S13: a message that comes again while it is being worked on is the same message, and is worked on once', async () => {
    const world = await workerWorld();
    world.worker.start();
    const { promise, resolve } = Promise.withResolvers<{ kind: 'done' }>();
    world.effects.answer = () => promise;
    await world.send(resultOf(1));
    await world.pass(10);
    assert.deepEqual(await world.send(resultOf(1)), { status: 202, body: { messageId: `${PAY}.1`, duplicate: true } });
    resolve({ kind: 'done' });
    await world.pass(60_000);
    assert.deepEqual([world.effects.asked.length, world.worker.queueDepth], [1, 0]);
    await world.worker.stop();
  });

  it('works on no more messages at one time than it may, and drains before it stops', async () => {
    const world = await workerWorld({ concurrency: 3 });
    world.worker.start();
    const { promise, resolve } = Promise.withResolvers<{ kind: 'done' }>();
    world.effects.answer = () => promise;
    for (let sequence = 1; sequence <= 10; sequence++) await world.send(resultOf(sequence));
    await world.pass(10);
    assert.equal(world.effects.asked.length, 3);
    let isStopped = false;
    const stopping = world.worker.stop().then(() => void (isStopped = true));
    await world.settle();
    assert.equal(isStopped, false);
    resolve({ kind: 'done' });
    await stopping;
    assert.deepEqual([world.effects.asked.length, world.worker.queueDepth], [3, 7]);
  });

  it('S10: a wake-up that comes early, twice or after a resale is done with, whatever it comes to', async () => {
    const world = await workerWorld();
    world.worker.start();
    world.effects.answer = () => ({ kind: 'nothing_to_do' });
    for (const id of ['early', 'again', 'late']) await world.send(wakeUp(id));
    await world.pass(10);
    assert.deepEqual([world.effects.asked.length, world.worker.queueDepth, deadOf(world)], [3, 0, []]);
    assert.deepEqual(await countsOf(world), { 'type="reservation.hold.due",outcome="skipped"': 3 });
    await world.worker.stop();
  });

  it('asks again for money that is on its way back, until it has arrived', async () => {
    const world = await workerWorld();
    world.worker.start();
    world.effects.answer = () => ({ kind: 'done', isRefunding: world.effects.asked.length < 3 });
    await world.send(resultOf(1));
    await world.pass(10_000);
    assert.deepEqual([world.effects.asked.length, world.worker.queueDepth], [3, 0]);
    await world.worker.stop();
  });
});

describe('dead letters', () => {
  it('are listed, shown and replayed from their first attempt on', async () => {
    const world = await workerWorld();
    world.worker.start();
    world.effects.answer = () => ({ kind: 'reservation_not_found' });
    await world.send(resultOf(1));
    await world.send(resultOf(2));
    await world.pass(31_000);
    const listed = await world.ask('GET /v1/dead-letters', { query: { limit: 1 } });
    const { messages, nextCursor } = bodyOf(listed);
    const [{ messageId, attempts, reason }, ...more] = messages as [Readonly<Record<string, unknown>>];
    assert.deepEqual([more.length, attempts, reason, nextCursor], [0, 6, 'there is no such reservation', messageId]);
    const shown = await world.ask('GET /v1/dead-letters/:id', { params: { id: `${PAY}.2` } });
    assert.equal(JSON.parse(String(bodyOf(shown)['body'])).detail.sequence, 2);
    world.effects.answer = () => ({ kind: 'done' });
    assert.deepEqual(await world.ask('POST /v1/dead-letters/:id/replay', { params: { id: `${PAY}.2` } }), { status: 202, body: { messageId: `${PAY}.2` } });
    await world.pass(10);
    assert.deepEqual(deadOf(world).map(({ id }) => id), [`${PAY}.1`]);
    assert.deepEqual(await world.ask('POST /v1/dead-letters/:id/replay', { params: { id: `${PAY}.2` } }), { refused: 'NOT_FOUND' });
    assert.deepEqual(await world.ask('GET /v1/dead-letters/:id', { params: { id: 'nobody' } }), { refused: 'NOT_FOUND' });
    await world.worker.stop();
  });

  it('are kept up to their limit over a restart, and the oldest goes', async () => {
    const world = await workerWorld({ limits: { ...DEFAULT_LIMITS, workerDeadLetters: 2 } });
    world.worker.start();
    for (const id of ['a', 'b', 'c']) {
      await world.send({ id, type: 'unheard of' });
      await world.pass(31_000);
    }
    assert.deepEqual(deadOf(world).map(({ id }) => id), ['b', 'c']);
    await world.worker.stop();
    await world.journal.durable();
    assert.deepEqual(deadOf(await world.next()).map(({ id }) => id), ['b', 'c']);
  });

  it('a full queue refuses a message with 503, and an id of its own is made for one without', async () => {
    const world = await workerWorld({ limits: { ...DEFAULT_LIMITS, workerMessages: 1 } });
    const queued = await world.send('no JSON at all');
    assert.match(String(bodyOf(queued)['messageId']), /^msg_/);
    await assert.rejects(world.send('another'), { name: 'LimitReached' });
  });

  it('whether it is ready is told with what waits', async () => {
    const world = await workerWorld();
    await world.send('x');
    assert.deepEqual(await world.ask('GET /ready'), { status: 200, body: { status: 'UP', queueDepth: 1, deadLetters: 0 } });
    world.health.setNotReady('inventory', 'has not answered');
    assert.deepEqual(await world.ask('GET /ready'), { refused: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 });
  });
});
