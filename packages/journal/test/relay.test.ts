import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JournalDamaged } from '../src/errors.ts';
import { SimDisk } from '../src/testing.ts';
import { ROOMY, TINY } from './journal-under-test.ts';
import { KeptEvents, openRelayed } from './relayed.ts';

const disk = () => new SimDisk({ seed: 1 });

describe('the relay', () => {
  it('hands over what stands in the journal, once it is on disk and in its order', async () => {
    const relayed = await openRelayed(disk(), ROOMY);
    await relayed.set(1);
    relayed.relay.start();
    await relayed.set(2, 3);
    await relayed.pass(50);
    assert.deepEqual([relayed.events.taken, relayed.published, relayed.relay.oldestAgeMs], [['1.1', '2.1', '3.1'], 3, 0]);
    await relayed.relay.stop();
  });

  it('waits as long as the oldest that waits, also where something new has come at every look', async () => {
    const relayed = await openRelayed(disk(), ROOMY);
    const publish = relayed.events.publish.bind(relayed.events);
    const ages: number[] = [];
    relayed.events.publish = async (batch) => {
      if (ages.push(relayed.relay.oldestAgeMs) <= 5) await relayed.set(ages.length);
      relayed.relayClock.advance(1_000);
      return publish(batch);
    };
    relayed.relay.start();
    await relayed.set(100);
    for (let look = 0; look < 10; look++) await relayed.pass(10_000);
    assert.equal(relayed.events.taken.length, 6);
    assert.ok(Math.max(...ages) <= 1_010, ages.join());
    assert.equal(relayed.relay.oldestAgeMs, 0);
    await relayed.relay.stop();
  });

  it('goes on where the last process left off, and hands nothing over again that was noted', async () => {
    const first = disk();
    const events = new KeptEvents();
    const before = await openRelayed(first, ROOMY, events);
    before.relay.start();
    await before.set(1, 2);
    await before.pass(50);
    await before.relay.stop();
    await before.set(3);
    await before.journal.close();
    const after = await openRelayed(first.killed(2), ROOMY, events);
    after.relay.start();
    await after.pass(50);
    assert.deepEqual(events.taken, ['1.1', '2.1', '3.1']);
    await after.relay.stop();
  });

  it('S12: hands over again what was taken when the process died before that was noted', async () => {
    const first = disk();
    const events = new KeptEvents();
    const before = await openRelayed(first, ROOMY, events);
    before.relay.start();
    await before.set(1);
    const publish = events.publish.bind(events);
    events.publish = (batch) => {
      first.fail('append');
      return publish(batch);
    };
    await before.pass(50);
    assert.deepEqual(events.taken, ['1.1']);
    await before.relay.stop();
    events.publish = publish;
    const after = await openRelayed(first.killed(2), ROOMY, events);
    after.relay.start();
    await after.pass(50);
    assert.deepEqual(events.taken, ['1.1', '1.1']);
    await after.relay.stop();
  });

  it('S15: offers only those again that were not taken, after 1, 2, 4, 8 and then every 16 s', async () => {
    const relayed = await openRelayed(disk(), ROOMY);
    relayed.events.refuses = (id) => id === '2.1';
    relayed.relay.start();
    await relayed.set(1, 2, 3);
    await relayed.pass(48_000);
    assert.deepEqual(relayed.events.offered, [['1.1', '2.1', '3.1'], ['2.1'], ['2.1'], ['2.1'], ['2.1'], ['2.1'], ['2.1']]);
    assert.ok(relayed.relay.oldestAgeMs > 40_000, 'the age of what waits is told');
    relayed.events.refuses = () => false;
    await relayed.pass(16_000);
    assert.deepEqual([relayed.events.taken, relayed.published, relayed.relay.oldestAgeMs], [['1.1', '3.1', '2.1'], 3, 0]);
    await relayed.relay.stop();
  });

  it('S15: an absent bus delays no entry, and the journal keeps what waits for it, over snapshots and restarts', async () => {
    const first = disk();
    const relayed = await openRelayed(first, TINY);
    relayed.events.isAway = true;
    relayed.relay.start();
    for (let key = 1; key <= 60; key++) await relayed.set(key);
    for (let snapshot = 0; snapshot < 3; snapshot++) await relayed.journal.snapshot();
    await relayed.pass(600_000);
    assert.equal(relayed.journal.firstSequence, 1);
    assert.deepEqual([relayed.events.taken, relayed.troubles.length > 30], [[], true]);
    await relayed.relay.stop();
    await relayed.journal.close();
    const after = await openRelayed(first.killed(2), TINY);
    after.relay.start();
    await after.pass(500);
    assert.equal(after.events.taken.length, 60);
    for (let snapshot = 0; snapshot < 3; snapshot++) {
      await after.set(61 + snapshot);
      await after.pass(50);
      await after.journal.snapshot();
    }
    assert.ok(after.journal.firstSequence > 1, 'segments go again');
    await after.relay.stop();
  });

  it('does not start where the journal does not keep any more what is to be relayed', async () => {
    const { relay, journal } = await openRelayed(disk(), ROOMY);
    Object.defineProperty(journal, 'firstSequence', { value: 9 });
    assert.throws(() => relay.start(), JournalDamaged);
  });

  it('makes no event that nobody wants, and counts it', async () => {
    const relayed = await openRelayed(disk(), ROOMY);
    relayed.events.wants = (type) => type === 'tally.even';
    relayed.relay.start();
    await relayed.set(1, 2, 3);
    await relayed.pass(50);
    assert.deepEqual([relayed.events.taken, relayed.published], [['2.1'], 3]);
    await relayed.relay.stop();
  });

  it('writes nothing while there is nothing to relay', async () => {
    const relayed = await openRelayed(disk(), ROOMY);
    relayed.relay.start();
    await relayed.set(1);
    await relayed.pass(100);
    const { durableSequence } = relayed.journal;
    await relayed.pass(10_000);
    assert.equal(relayed.journal.durableSequence, durableSequence);
    await relayed.relay.stop();
  });

  it('reads again what it could not read', async () => {
    const first = disk();
    const relayed = await openRelayed(first, ROOMY);
    relayed.relay.start();
    first.fail('read');
    await relayed.set(1, 2);
    await relayed.pass(50);
    assert.deepEqual([relayed.events.taken, relayed.troubles.length], [[], 1]);
    await relayed.pass(1_100);
    assert.deepEqual(relayed.events.taken, ['1.1', '2.1']);
    await relayed.relay.stop();
  });
});
