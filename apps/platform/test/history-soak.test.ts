import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { HistoryFile, HistoryMover, HistoryReader, openFileDisk, openJournal, Projector, eventLoop } from '@traffic-tacos/journal';
import { ManualTimeSource } from '@traffic-tacos/journal/testing';
import { checkLimits, DEFAULT_LIMITS, SeededRandom, type Limits } from '@traffic-tacos/kernel';
import { auditPlatform, createPlatformTables, RESTART_GRACE_MS, viewOf } from '@traffic-tacos/platform';
import { createServices, testOptions } from '@traffic-tacos/platform/testing';
import { holdSeats } from '@traffic-tacos/reservation';
import { loadOrCreateKeys } from '@traffic-tacos/gateway';
import { parseEvent } from '@traffic-tacos/inventory';
import { HISTORY_SHAPES } from '../src/history/shapes.ts';

/** 20,000 in every run of the tests; HISTORY_CYCLES=200000 for the long run. */
const CYCLES = Number(process.env['HISTORY_CYCLES'] ?? 20_000);
const AT_ONCE = 1_000;
const LIMITS: Limits = {
  ...DEFAULT_LIMITS, reservationRows: 5_000, holdRows: 5_000, orderRows: 5_000, historyGraceMs: 600_000, users: 6_000,
  idempotencyKeys: 10_000_000, journalSegmentBytes: 1_000_000, snapshotEveryBytes: 4_000_000, journalEntryBytes: 900_000, catalogueBodyBytes: 800_000,
  queuePlacesPerEvent: 10_000, queueTickChanges: 10_000,
};
const MINUTE = 60_000;

test(`memory stays flat over ${CYCLES} holds of as many buyers that end by themselves, with room for 5,000 and 6,000: nothing is refused, and a restart finds all of it`, async () => {
  assert.deepEqual(checkLimits(LIMITS), []);
  const folder = await mkdtemp(join(tmpdir(), 'tacos-soak-'));
  try {
    const time = new ManualTimeSource();
    const first = await open(folder, time);
    await first.putEvent();
    const ids: string[] = [];
    let most = 0;
    let rssAfterFirst = 0;
    for (let made = 0; made < CYCLES; made += AT_ONCE) {
      const outcomes = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => first.hold(made + i)));
      for (const outcome of outcomes) assert.equal(outcome.kind, 'created');
      ids.push(outcomes[0]?.kind === 'created' ? outcomes[0].reservation.id : assert.fail());
      time.advance(MINUTE);
      await first.endDue();
      await first.moveOn();
      const { reservation, inventory } = first.tables;
      most = Math.max(most, reservation.reservations.live, inventory.holds.live);
      if (made === 10 * AT_ONCE) rssAfterFirst = process.memoryUsage().rss;
    }
    assert.ok(most <= LIMITS.reservationRows, `${most} rows`);
    assert.ok(process.memoryUsage().rss - rssAfterFirst < 150 * 1024 * 1024, `grew by ${(process.memoryUsage().rss - rssAfterFirst) >> 20} MiB`);
    for (const id of ids) assert.equal(first.statusOf(id), 'EXPIRED', id);
    const { breaches } = first.audit();
    assert.deepEqual(breaches, []);
    const version = first.eventVersion();
    await first.close();
    const second = await open(folder, time);
    assert.ok(second.tables.reservation.reservations.live <= LIMITS.reservationRows);
    for (const id of ids) assert.equal(second.statusOf(id), 'EXPIRED', id);
    assert.deepEqual(second.audit().breaches, []);
    assert.ok(second.eventVersion() >= version, 'a version of a seat map is never given twice');
    await second.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** The services of a platform under a clock of ours, with the history carried on by hand. */
async function open(folder: string, time: ManualTimeSource) {
  const path = join(folder, 'history.sqlite');
  const disk = openFileDisk(join(folder, 'journal'));
  const file = HistoryFile.open(path, HISTORY_SHAPES);
  if (file.appliedSequence === undefined) file.write([], 0, '');
  const reader = new HistoryReader(path);
  const tables = createPlatformTables(LIMITS, reader);
  const history = { appliedSequence: file.appliedSequence ?? 0, journalId: file.journalId };
  const random = new SeededRandom(1);
  const { journal, clock } = await openJournal({ disk, tables: tables.all, limits: LIMITS, time, scheduler: eventLoop, random }, { history });
  const options = { ...testOptions(folder), limits: LIMITS };
  const keys = await loadOrCreateKeys(folder);
  const services = createServices({ tables, journal, disk, clock, random, keys, issuerUrl: 'http://gateway.test', onBroken: () => assert.fail() }, options, options.logger);
  const projector = new Projector(disk, file, HISTORY_SHAPES);
  let checkpointed = 0;
  journal.keepFrom(() => checkpointed + 1);
  const mover = new HistoryMover({
    tables: tables.movable, graceMs: LIMITS.historyGraceMs, nowMs: () => clock.nowMs(), monotonicMs: () => time.monotonicMs(),
    appliedToMemory: () => journal.appliedSequence, committed: () => file.appliedSequence ?? 0,
  });
  return {
    tables,
    putEvent: async () => {
      const sections = [{ id: 'FLOOR', name: 'Floor', price: 500, capacity: 1_000_000 }, { id: 'R', name: 'R', price: 900, rows: [{ id: 'A', seats: `1-${AT_ONCE}` }] }];
      const parsed = parseEvent({ id: 'evt_soak', name: 'Soak', currency: 'KRW', purchase_limit: 10_000, sections }, LIMITS);
      assert.ok(parsed.kind === 'valid');
      await services.inventory.store.putEvent(parsed.event);
    },
    hold: (n: number) => {
      const isSeat = n % 2 === 0;
      const seatIds = isSeat ? [`R-A-${1 + (n % AT_ONCE)}`] : undefined;
      const command = { eventId: 'evt_soak', userId: `user-${n}`, traceId: '0'.repeat(32), idempotencyKey: undefined, reservationToken: undefined };
      return holdSeats(services.reservation.context, { ...command, seatIds, quantity: 1, section: isSeat ? undefined : 'FLOOR' });
    },
    endDue: async () => {
      const { store, seats } = services.reservation.context;
      for (let due = store.due(clock.nowMs(), AT_ONCE); due.length > 0; due = store.due(clock.nowMs(), AT_ONCE)) {
        await Promise.all(due.map(async (id) => store.expire(id, '0'.repeat(32), await seats.expire(id))));
      }
    },
    moveOn: async () => {
      await journal.durable();
      mover.step(20_000);
      await projector.run(journal.durableSequence);
      if (file.checkpoint()) checkpointed = file.appliedSequence ?? 0;
      mover.step(20_000);
    },
    statusOf: (id: string) => tables.reservation.reservations.read(id as `rsv_${string}`)?.status,
    eventVersion: () => tables.inventory.events.find('evt_soak')?.publicVersion ?? 0,
    audit: () => auditPlatform(viewOf(tables, clock.nowMs()), clock.nowMs(), RESTART_GRACE_MS),
    close: async () => {
      await journal.close({ snapshot: 'never' });
      reader.close();
      file.close();
    },
  };
}
