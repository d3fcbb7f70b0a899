import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Unit } from '@traffic-tacos/journal';
import { Contended, LimitReached, Unavailable, type PaymentIntentId } from '@traffic-tacos/kernel';
import { findCapturedIn, readIn, refundIn } from '../src/adapters/embedded/intent-unit.ts';
import type { RefundIntentCommand } from '../src/ports/payment-store.ts';
import { paymentStoreSuite } from '../src/ports/payment-store-suite.ts';
import { StoreCommands } from '../src/testing/store-commands.ts';
import { embeddedWorld } from './embedded-store.ts';

paymentStoreSuite('the embedded adapter', async (terms) => embeddedWorld({ terms }));

describe('the embedded payment store', () => {
  it('I4: answers nothing before it is on disk: neither a success, nor a refusal, nor a reading', async () => {
    const { store, clock, journal } = embeddedWorld();
    const command = new StoreCommands(clock).create();
    journal.flushesByItself = false;
    const answered: string[] = [];
    const ask = (name: string, answer: Promise<unknown>) => answer.then(() => answered.push(name));
    const asked = [
      ask('create', store.createIntent(command)),
      ask('replay', store.createIntent(command)),
      ask('recall', store.recall(command.key)),
      ask('read', store.read(command.intentId, 'alice')),
      ask('foreign read', store.read(command.intentId, 'bob')),
      ask('list', store.listByReservation(command.reservationId, 'alice')),
      ask('refused refund', store.refund(refundOf(command.intentId))),
    ];
    await turns();
    assert.deepEqual(answered, []);
    journal.flush();
    await Promise.all(asked);
    assert.equal(answered.length, asked.length);
  });

  it('S3: a journal that fails makes the outcome unknown, never a success', async () => {
    const { store, clock, journal } = embeddedWorld();
    const commands = new StoreCommands(clock);
    journal.flushesByItself = false;
    const waiting = store.createIntent(commands.create());
    journal.fail();
    await assert.rejects(waiting, Unavailable);
    await assert.rejects(store.createIntent(commands.create()), Unavailable);
    await assert.rejects(store.read(commands.id('pay'), undefined), Unavailable);
  });

  it('I7: an intent and its key are one entry', async () => {
    const { store, clock, journal } = embeddedWorld();
    await store.createIntent(new StoreCommands(clock).create());
    assert.equal(journal.entryCount, 1);
  });

  it('two refunds decided on one version have one winner; the other is decided again', async () => {
    const { store, clock, memory, units } = embeddedWorld();
    const command = new StoreCommands(clock).create();
    await store.createIntent(command);
    clock.advance(200);
    const refund = refundOf(command.intentId);
    const [first, second] = [new Unit(), new Unit()];
    assert.equal(refundIn(first, memory, refund).kind, 'refunded');
    assert.equal(refundIn(second, memory, refund).kind, 'refunded');
    assert.equal(units.commit(first), true);
    assert.equal(units.commit(second), false, 'nothing of the overtaken unit is applied');
    assert.equal(memory.intents.find(command.intentId)?.version, 2);
  });

  it('a unit that relied on a reading is overtaken by a change of what it read', async () => {
    const { store, clock, memory, units } = embeddedWorld();
    const command = new StoreCommands(clock).create();
    await store.createIntent(command);
    const [reader, finder] = [new Unit(), new Unit()];
    assert.equal(readIn(reader, memory, command.intentId)?.status, 'PENDING');
    assert.equal(findCapturedIn(finder, memory, command.reservationId), undefined);
    assert.equal(units.commit(finder), true);
    await store.process({ intentId: command.intentId, owner: undefined, key: undefined });
    assert.equal(units.commit(reader), false);
    assert.equal(units.commit(finder), false);
    assert.throws(() => units.decideNow((unit) => unit.rely({ holds: () => false })), Contended);
  });

  it('finds, of several captured intents of a reservation, the one that was captured first', async () => {
    const { store, clock, memory } = embeddedWorld();
    const commands = new StoreCommands(clock);
    const late = commands.create({ scenario: 'DELAY' });
    const early = commands.create({ reservationId: late.reservationId });
    await store.createIntent(late);
    await store.createIntent(early);
    const find = () => findCapturedIn(new Unit(), memory, late.reservationId)?.id;
    clock.advance(199);
    assert.equal(find(), undefined);
    clock.advance(5_000);
    assert.equal(find(), early.intentId);
    await store.refund(refundOf(early.intentId));
    assert.equal(find(), late.intentId);
  });

  it('sheds at each named limit, and goes on where there is room', async () => {
    const { store, clock } = embeddedWorld({ limits: { paymentIntentRows: 2 } });
    const commands = new StoreCommands(clock);
    await store.createIntent(commands.create());
    await store.createIntent(commands.create());
    await assert.rejects(store.createIntent(commands.create()), LimitReached);

    const users = embeddedWorld({ limits: { users: 1 } }).store;
    await users.createIntent(commands.create());
    await assert.rejects(users.createIntent(commands.create({ userId: 'bob' })), LimitReached);
    assert.equal((await users.createIntent(commands.create())).kind, 'created');

    const events = embeddedWorld({ limits: { events: 1 } }).store;
    await events.createIntent(commands.create());
    await assert.rejects(events.createIntent(commands.create({ eventId: 'evt_other' })), LimitReached);
  });

  it('sheds new keys at the limit of live ones, evicts none, and has room again when they are over', async () => {
    const { store, clock } = embeddedWorld({ limits: { idempotencyKeys: 2 } });
    const commands = new StoreCommands(clock);
    const first = commands.create();
    await store.createIntent(first);
    await store.createIntent(commands.create());
    await assert.rejects(store.createIntent(commands.create()), LimitReached);
    assert.equal((await store.recall(first.key)).kind, 'replayed');
    clock.advance(300_000);
    assert.equal((await store.createIntent(commands.create())).kind, 'created');
    assert.equal((await store.createIntent(commands.create())).kind, 'created');
    await assert.rejects(store.createIntent(commands.create()), LimitReached);
  });
});

const refundOf = (intentId: PaymentIntentId): RefundIntentCommand => ({
  intentId,
  reason: 'requested',
  amountMinor: undefined,
  currency: undefined,
  key: undefined,
});

/** Lets everything that is not waiting for the disk run. */
const turns = () => new Promise<void>((resolve) => setImmediate(resolve));
