import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_LIMITS, epochMs, newId, SeededRandom } from '@traffic-tacos/kernel';
import { DeliveryTable, laneOf } from '../src/adapters/embedded/delivery-table.ts';
import type { WebhookDelivery } from '../src/domain/webhook.ts';
import { webhookLanes } from '../src/ports/webhook-queue.ts';

const LANES = webhookLanes(3);
const LIMITS = { ...DEFAULT_LIMITS, webhookDeadLetters: 5, webhookRegistrations: 3 };
const random = new SeededRandom(1);
const REGISTERED = [0, 1, 2].map((slot) => ({ id: newId('whr', epochMs(1), 0, random), slot }));

const step = fc.record({ key: fc.nat(12), what: fc.constantFrom('queue', 'put off', 'give up', 'accept', 'take', 'restart'), lane: fc.nat(LANES.length - 1), waitMs: fc.nat(50) });
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A table beside the plainest description of what it is to hold. */
class Beside {
  table = new DeliveryTable(LIMITS);
  readonly #log: WebhookDelivery[] = [];
  /** In the order in which they came to what they are. */
  readonly #kept = new Map<string, WebhookDelivery>();
  readonly #taken = new Set<string>();
  #nowMs = 100;

  play({ key, what, lane, waitMs }: Step): void {
    this.#nowMs++;
    const webhookId = `whk_${key}`;
    if (what === 'restart') this.#restart();
    else if (what === 'take') this.#take(lane);
    else {
      const known = this.#kept.get(webhookId);
      if (known === undefined && what === 'accept') return;
      const state = what === 'give up' ? 'dead' : what === 'accept' ? 'done' : 'queued';
      const first = { webhookId, version: 0, url: lane === 0 ? undefined : 'https://a.example/', registered: REGISTERED[lane - 2], body: '', failures: 0, reason: '' };
      if (state === 'dead' && known?.state !== 'dead') for (const oldest of this.table.deadThatMakeRoomFor(1)) this.#write({ ...oldest, state: 'done', version: oldest.version + 1 });
      this.#write({ ...first, ...known, state, version: (known?.version ?? 0) + 1, dueAtMs: epochMs(this.#nowMs + (what === 'put off' ? waitMs : 0)) });
    }
  }

  check(): void {
    const queued = this.#all('queued');
    for (const lane of LANES) assert.equal(this.table.queuedIn(lane), queued.filter((message) => laneOf(message) === lane).length, lane);
    assert.equal(this.table.queued, queued.length);
    assert.deepEqual(this.table.deadLetters(), this.#all('dead'));
    assert.ok(this.table.dead <= LIMITS.webhookDeadLetters);
  }

  #all(state: WebhookDelivery['state']): readonly WebhookDelivery[] {
    return [...this.#kept.values()].filter((message) => message.state === state);
  }

  #write(message: WebhookDelivery): void {
    assert.ok(this.table.isNext(message));
    this.table.apply(message);
    this.#log.push(message);
    this.#taken.delete(message.webhookId);
    this.#kept.delete(message.webhookId);
    if (message.state !== 'done') this.#kept.set(message.webhookId, message);
  }

  #restart(): void {
    this.table = new DeliveryTable(LIMITS);
    for (const message of this.#log) this.table.restore(message);
    this.table.rebuild();
    this.#taken.clear();
  }

  #take(at: number): void {
    const lane = LANES[at] ?? assert.fail();
    const due = this.#all('queued').filter((message) => laneOf(message) === lane && message.dueAtMs <= this.#nowMs && !this.#taken.has(message.webhookId)).map(({ webhookId }) => webhookId);
    const taken = this.table.takeDue(lane, epochMs(this.#nowMs));
    if (taken === undefined) return assert.deepEqual(due, []);
    assert.ok(due.includes(taken.webhookId), `${taken.webhookId} is not due`);
    this.#taken.add(taken.webhookId);
  }
}

const plays = (create: () => Beside) => fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
  const beside = create();
  for (const each of steps) {
    beside.play(each);
    beside.check();
  }
});

test('S13: whatever becomes of messages, each lane gives out what is due in it, once, and counts what waits; dead letters stay in their order, and within their limit', () => {
  fc.assert(plays(() => new Beside()), { numRuns: 300 });
});

test('planted bug: a lane that gives a message out again while it is worked on is found', () => {
  class Forgetful extends Beside {
    constructor() {
      super();
      const { table } = this;
      const takeDue = table.takeDue.bind(table);
      table.takeDue = (lane, nowMs) => {
        const taken = takeDue(lane, nowMs);
        return taken === undefined ? undefined : table.find(table.messagesIn(lane)[0]?.webhookId ?? '');
      };
    }
  }
  assert.ok(fc.check(plays(() => new Forgetful()), { seed: 1, numRuns: 100 }).failed);
});
