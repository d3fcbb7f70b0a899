import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByteReader, Unit } from '@traffic-tacos/journal';
import { LimitReached, epochMs } from '@traffic-tacos/kernel';
import { EmbeddedAccountStore, registerIn } from '../src/adapters/embedded/account-store.ts';
import { AccountTable } from '../src/adapters/embedded/account-table.ts';
import { accountStoreSuite, registrant } from '../src/ports/account-store-suite.ts';
import { MemorySink, memoryUnits } from './memory-sink.ts';

const NOW = epochMs(1_700_000_000_000);

accountStoreSuite('EmbeddedAccountStore', () => Promise.resolve(new EmbeddedAccountStore(memoryUnits(), new AccountTable(100))));

describe('EmbeddedAccountStore', () => {
  it('one username has one owner: of two units that give it away between decision and apply, one wins and the other decides again', () => {
    const table = new AccountTable(100);
    const units = memoryUnits();
    const first = new Unit();
    const second = new Unit();
    assert.equal(registerIn(first, table, registrant('alice', 'usr_1'), NOW).kind, 'registered');
    assert.equal(registerIn(second, table, registrant('alice', 'usr_2'), NOW).kind, 'registered', 'neither sees the other yet');

    assert.equal(units.commit(first), true);
    assert.equal(units.commit(second), false);
    const outcome = units.decideNow((unit) => registerIn(unit, table, registrant('alice', 'usr_2'), NOW));

    assert.deepEqual(outcome, { kind: 'username_taken' });
    assert.equal(table.find('alice')?.userId, 'usr_1');
    assert.equal(table.size, 1);
  });

  it('planted bug: a table that takes any version lets both units have the username', () => {
    class AnyVersion extends AccountTable {
      override isNext(): boolean {
        return true;
      }
    }
    const table = new AnyVersion(100);
    const [first, second] = [new Unit(), new Unit()];
    registerIn(first, table, registrant('alice', 'usr_1'), NOW);
    registerIn(second, table, registrant('alice', 'usr_2'), NOW);
    memoryUnits().commit(first);
    assert.equal(memoryUnits().commit(second), true, 'the check above would see this as true');
  });

  it('I4: accounts come back from the journal byte by byte as they were', async () => {
    const sink = new MemorySink();
    const store = new EmbeddedAccountStore(memoryUnits(sink), new AccountTable(100));
    await store.register(registrant('alice', 'usr_1'), NOW);
    await store.register(registrant('밥', 'usr_2'), NOW);

    const replayed = new AccountTable(100);
    sink.replayInto(replayed);
    sink.replayInto(replayed);

    assert.equal(replayed.size, 2, 'replay twice changes nothing');
    assert.deepEqual(replayed.find('alice'), await store.findForLogin('alice'));
    assert.deepEqual(replayed.find('밥'), await store.findForLogin('밥'));
  });

  it('I4: reads layout 1 as it first landed, for ever', () => {
    const landed =
      '05000000616c69636501000000050000007573725f320a000000416c69636520f09f8e9f0111000000616c696365406578616d706c652e636f6d' +
      '000a000000246172676f6e3269642400008056febc7842';
    const reader = new ByteReader(Buffer.from(landed, 'hex'));
    assert.deepEqual(new AccountTable(1).decode(1, reader), {
      ...registrant('alice', 'usr_2'), displayName: 'Alice 🎟', passwordRecord: '$argon2id$', role: 'user', createdAtMs: NOW, version: 1,
    });
    assert.ok(reader.isAtEnd);
  });

  it('I4: neither a registration nor a sign-in is answered before what it rests on is on disk', async () => {
    const sink = new MemorySink();
    const store = new EmbeddedAccountStore(memoryUnits(sink), new AccountTable(100));
    await store.register(registrant('alice', 'usr_1'), NOW);
    assert.equal(sink.durableCalls, 1);
    await store.findForLogin('alice');
    await store.findForLogin('nobody');
    assert.equal(sink.durableCalls, 3, 'a name that nobody has waits the same');
  });

  it('the last account that fits is taken, the one after it is unavailable, and a taken name is still said to be taken', async () => {
    const store = new EmbeddedAccountStore(memoryUnits(), new AccountTable(2));
    await store.register(registrant('alice', 'usr_1'), NOW);
    assert.equal((await store.register(registrant('bob', 'usr_2'), NOW)).kind, 'registered');
    await assert.rejects(store.register(registrant('carol', 'usr_3'), NOW), LimitReached);
    assert.equal((await store.register(registrant('bob', 'usr_4'), NOW)).kind, 'username_taken');
  });

  it('a snapshot walk in slices visits each account once', async () => {
    const table = new AccountTable(100);
    const store = new EmbeddedAccountStore(memoryUnits(), table);
    for (let i = 0; i < 25; i++) await store.register(registrant(`user${i}`, `usr_${i}`), NOW);
    const visited: string[] = [];
    for (let cursor = 0; cursor !== -1; ) cursor = table.scan(cursor, 10, (account) => visited.push(account.username));
    assert.equal(visited.length, 25);
    assert.equal(new Set(visited).size, 25);
    assert.equal(new AccountTable(1).scan(0, 10, () => assert.fail('nothing to visit')), -1);
  });
});
