import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { HistoryRefused, JournalDamaged, openFileDisk } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { auditPlatform, backupData, historyPath, journalDir, readBeside, RESTART_GRACE_MS, restoreData, startPlatform, viewOf } from '@traffic-tacos/platform';
import { Client, createAgent, testOptions, withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';

/** Segments and snapshots so small that a few hundred changes let the first ones go. */
const SMALL = {
  limits: {
    ...DEFAULT_LIMITS, historyGraceMs: 1, journalSegmentBytes: 16_000, snapshotEveryBytes: 32_000, journalEntryBytes: 15_000, catalogueBodyBytes: 14_000,
    userBodyBytes: 10_000, queuePlacesPerEvent: 100, queueTickChanges: 100,
  },
};
const WITHIN_MS = 60_000;
const HOLDS = 120;

test('S2, I4: a backup beside a running platform brings history and journal back as of one moment', () =>
  withScratch(async (scratch) =>
    withPlatform(async (on) => {
      const ids = await cancelMany(on);
      await backupData(on.dataDir, join(scratch, 'backup'));
      await restoreData(join(scratch, 'backup'), join(scratch, 'restored'));
      assert.equal((await stat(historyPath(join(scratch, 'restored')))).mode & 0o777, 0o600);
      await assertHas(join(scratch, 'restored'), ids);
      await assert.rejects(backupData(on.dataDir, join(scratch, 'backup')), /not empty/);
      const taken = join(scratch, 'restored');
      await rm(historyPath(taken));
      await assert.rejects(restoreData(join(scratch, 'backup'), taken), /not empty/);
      await assert.rejects(backupData(on.dataDir, taken), /not empty/);
      assert.equal(existsSync(historyPath(taken)), false, 'no history stands beside a journal that it was not copied with');
    }, SMALL)));

test('S2: a history that is lost is made anew while the journal has its first segment, and refused with the way back once that is gone', () =>
  withScratch(async (dataDir) => {
    const options = testOptions(dataDir, SMALL);
    await (await startPlatform(options)).stop(5_000);
    await removeHistory(dataDir);
    await (await startPlatform(options)).stop(5_000);
    await withPlatform(async (on) => {
      const ids = await cancelMany(on);
      await on.stop();
      await assertHas(on.dataDir, ids);
      await rename(historyPath(on.dataDir), join(on.dataDir, 'away'));
      const refused = (error: unknown) => error instanceof HistoryRefused && error.mismatch === 'missing' && /Restore a backup/.test(error.message);
      await assert.rejects(startPlatform(testOptions(on.dataDir, SMALL)), refused);
      await assert.rejects(readBeside(on.dataDir, SMALL.limits), refused);
      await assert.rejects(startPlatform(testOptions(on.dataDir, SMALL)), refused, 'a second start finds nothing else');
      await removeHistory(on.dataDir);
      await rename(join(on.dataDir, 'away'), historyPath(on.dataDir));
    }, SMALL);
  }));

test('a directory from before there was a history gets one from memory, and what has ended leaves for it', () =>
  withScratch(async (dataDir) => {
    const limits = SMALL.limits;
    const before = await startPlatform(testOptions(dataDir, { limits, machine: { disk: openFileDisk(journalDir(dataDir)) } }));
    const { token } = (await before.signToken({ userId: 'alice', role: 'admin', ttlSeconds: 600 })) as { readonly token: string };
    const agent = createAgent();
    const alice = new Client(before, agent, token);
    const sections = [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1'] }];
    await alice.call('inventory', 'PUT', '/v1/events/evt_1', { body: { id: 'evt_1', name: 'E', currency: 'KRW', sections } });
    const ids: string[] = [];
    while (before.firstKept === 1) {
      ids.push((await alice.hold('evt_1', ['A-1'])).id);
      await alice.cancel(ids.at(-1) ?? '');
    }
    agent.destroy();
    await before.stop(5_000);
    const after = await startPlatform(testOptions(dataDir, { limits }));
    const deadline = performance.now() + WITHIN_MS;
    while (after.history.moved < ids.length) {
      assert.ok(performance.now() < deadline, `moved ${after.history.moved}`);
      await setImmediate();
    }
    assert.deepEqual(after.audit().breaches, []);
    await after.stop(5_000);
    await assertHas(dataDir, ids);
  }));

/** Until the first segments are gone, and all that was cancelled has left memory. */
async function cancelMany(on: TestPlatform): Promise<readonly string[]> {
  await on.event('evt_1', 10);
  const alice = await on.user('alice');
  const ids: string[] = [];
  const cancelOne = async (...seats: readonly string[]) => {
    const { id } = await alice.hold('evt_1', seats);
    ids.push(id);
    await alice.cancel(id);
  };
  for (let i = 0; i < HOLDS; i++) await cancelOne('A-1', 'A-2');
  const deadline = performance.now() + WITHIN_MS;
  while (on.platform.history.moved < HOLDS || on.platform.firstKept === 1) {
    assert.ok(performance.now() < deadline, `moved ${on.platform.history.moved}`);
    await cancelOne('A-3');
    await setImmediate();
  }
  return ids;
}

async function assertHas(dataDir: string, ids: readonly string[]): Promise<void> {
  const { tables, report, checkHistory, close } = await readBeside(dataDir, SMALL.limits);
  assert.equal(report.kind, 'read');
  for (const id of ids) assert.equal(tables.reservation.reservations.read(id as `rsv_${string}`)?.status, 'CANCELLED', id);
  assert.ok(tables.reservation.reservations.live < ids.length, 'some are in the history alone');
  assert.deepEqual(checkHistory(), []);
  const nowMs = Date.now() as Parameters<typeof viewOf>[1];
  assert.deepEqual(auditPlatform(viewOf(tables, nowMs), nowMs, RESTART_GRACE_MS).breaches, []);
  close();
}

async function removeHistory(dataDir: string): Promise<void> {
  for (const end of ['', '-wal', '-shm']) await rm(historyPath(dataDir) + end, { force: true });
}

async function withScratch(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tacos-history-'));
  try {
    await body(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

test('S2: giving up the end of a damaged journal that has its first segment makes the history anew from what is kept', () =>
  withScratch(async (dataDir) => {
    const options = testOptions(dataDir, { limits: { ...DEFAULT_LIMITS, historyGraceMs: 1 } });
    const before = await startPlatform(options);
    const { token } = (await before.signToken({ userId: 'alice', role: 'admin', ttlSeconds: 600 })) as { readonly token: string };
    const agent = createAgent();
    const alice = new Client(before, agent, token);
    const sections = [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1'] }];
    await alice.call('inventory', 'PUT', '/v1/events/evt_1', { body: { id: 'evt_1', name: 'E', currency: 'KRW', sections } });
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) {
      ids.push((await alice.hold('evt_1', ['A-1'])).id);
      await alice.cancel(ids.at(-1) ?? '');
    }
    const deadline = performance.now() + WITHIN_MS;
    while (before.history.moved < ids.length) {
      assert.ok(performance.now() < deadline, `moved ${before.history.moved}`);
      await setImmediate();
    }
    agent.destroy();
    await before.stop(5_000);
    const path = join(journalDir(dataDir), 'segment-0000000000000001.journal');
    const bytes = await readFile(path);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const damaged = await startPlatform(options).then(() => assert.fail(), (error: unknown) => error);
    const cut = damaged instanceof JournalDamaged ? damaged.cut : undefined;
    assert.ok(cut !== undefined, String(damaged));
    const after = await startPlatform({ ...options, cut });
    assert.deepEqual(after.audit().breaches, []);
    await after.stop(5_000);
    const again = await startPlatform(options);
    assert.deepEqual(again.audit().breaches, []);
    await again.stop(5_000);
  }));

test('S2: damage where a lost history is to be filled from is told with the ways back that there are: none offers to cut all away', () =>
  withScratch(async (dataDir) => {
    const options = testOptions(dataDir, { limits: { ...SMALL.limits, snapshotEveryBytes: 1_000_000 } });
    const platform = await startPlatform(options);
    const { token } = (await platform.signToken({ userId: 'alice', role: 'admin', ttlSeconds: 600 })) as { readonly token: string };
    const agent = createAgent();
    const alice = new Client(platform, agent, token);
    const sections = [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1'] }];
    for (let i = 0; i < 120; i++) await alice.call('inventory', 'PUT', `/v1/events/evt_${i}`, { body: { id: `evt_${i}`, name: 'E', currency: 'KRW', sections } });
    agent.destroy();
    await platform.stop(5_000);
    await removeHistory(dataDir);
    const disk = openFileDisk(journalDir(dataDir));
    const segments = (await disk.list()).filter((name) => name.startsWith('segment-')).sort();
    assert.ok(segments.length > 2, `${segments.length} segments`);
    const path = join(journalDir(dataDir), segments[0] ?? '');
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
    await writeFile(path, bytes);
    const damaged = await startPlatform(options).then(() => assert.fail(), (error: unknown) => error);
    assert.ok(damaged instanceof JournalDamaged && damaged.cut === undefined, String(damaged));
  }));
