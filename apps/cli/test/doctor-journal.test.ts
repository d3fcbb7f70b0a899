import { strict as assert } from 'node:assert';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { createSystemTimeSource, eventLoop, openFileDisk, openJournal, restoreJournal, type JournalDeps } from '@traffic-tacos/journal';
import { TallyTable } from '@traffic-tacos/journal/testing';
import { DEFAULT_LIMITS, SeededRandom } from '@traffic-tacos/kernel';
import { createExamine } from './support/examination.ts';
import { scratchDirectory } from './support/tacos.ts';
import { flip, journalFiles, removeHistory, wear } from './support/worn-directory.ts';

describe('tacos doctor, of the journal', () => {
  const scratch = scratchDirectory({ after });
  const examine = createExamine(scratch);
  const worn = join(scratch, 'worn');
  const snapped = join(scratch, 'snapped');
  /** The newest segment as it was after the first run. */
  const older = join(scratch, 'older segment');
  let copies = 0;

  const copyOf = (directory: string): string => {
    const copy = join(scratch, `copy ${++copies}`);
    cpSync(directory, copy, { recursive: true, preserveTimestamps: true });
    return copy;
  };
  const last = (files: readonly string[]): string => files.at(-1) ?? assert.fail('there are files');
  const quoted = (directory: string): string => `TACOS_DATA_DIR='${directory}'`;

  before(async () => {
    await wear(worn, { events: 12, segmentBytes: 1_000 });
    await wear(snapped, { events: 2, snapshotBytes: 1_000 });
    cpSync(last(journalFiles(snapped, 'segment')), older);
    await wear(snapped, { events: 4, snapshotBytes: 1_000 });
    assert.ok(journalFiles(worn, 'segment').length >= 4 && journalFiles(snapped, 'snapshot').length === 2, 'several segments, two snapshots');
  });

  it('names nothing where all is well', async () => {
    assert.deepEqual((await examine(worn)).met, []);
    assert.deepEqual((await examine(snapped)).met, []);
    assert.deepEqual((await examine(join(scratch, 'nothing yet'))).met, []);
  });

  it('S2: names a damaged group before the tail, with file, byte and the way back, TACOS_DATA_DIR repeated', async () => {
    const directory = copyOf(worn);
    const [first = ''] = journalFiles(directory, 'segment');
    flip(first, statSync(first).size - 20);
    const { met, of } = await examine(directory);
    assert.deepEqual(met, ['journal_damaged']);
    assert.match(of('journal_damaged').says, new RegExp(`${first}, byte \\d+: `));
    const { mend = '' } = of('journal_damaged');
    assert.ok(mend.includes(`mv '${directory}' '${directory}'.damaged`), mend);
    assert.ok(mend.includes(`${quoted(directory)} npx tacos restore DIR`), mend);
    assert.match(mend, new RegExp(`${quoted(directory)} npx tacos up --cut ${basename(first)}:\\d+$`));
  });

  it('S2: names a missing segment, in the middle and at the end', async () => {
    for (const at of [1, -1]) {
      const directory = copyOf(worn);
      rmSync(journalFiles(directory, 'segment').at(at) ?? '');
      const { met, of } = await examine(directory);
      assert.deepEqual(met, ['journal_gap']);
      assert.match(of('journal_gap').says, /missing/);
      assert.match(of('journal_gap').mend ?? '', /Put the missing file back.*npx tacos restore DIR.*--cut/);
    }
  });

  it('S2: names a journal that is gone from a directory that had one, with its folder or without', async () => {
    for (const gone of [(folder: string) => [folder], (folder: string) => readdirSync(folder).map((name) => join(folder, name))]) {
      const directory = copyOf(worn);
      for (const path of gone(join(directory, 'journal'))) rmSync(path, { recursive: true });
      const { met, of } = await examine(directory);
      assert.deepEqual(met, ['journal_lost']);
      assert.ok(of('journal_lost').mend?.includes(`rm '${directory}'/journal-id`));
    }
  });

  it('S2: names a torn tail as harmless', async () => {
    const directory = copyOf(worn);
    const newest = last(journalFiles(directory, 'segment'));
    appendFileSync(newest, readFileSync(newest).subarray(40, 90));
    const { met, of, findings } = await examine(directory);
    assert.deepEqual(met, ['torn_tail']);
    assert.deepEqual([of('torn_tail').kind, findings.some(({ kind }) => kind === 'problem')], ['note', false]);
    assert.match(of('torn_tail').says, /^50 bytes after group \d+ were never acknowledged/);
  });

  it('S2: names a snapshot that goes further than the journal, as when an older copy of a segment is put in place', async () => {
    const directory = copyOf(snapped);
    cpSync(older, last(journalFiles(directory, 'segment')));
    removeHistory(directory);
    const { of, met } = await examine(directory);
    assert.deepEqual(met, ['snapshot_ahead']);
    assert.match(of('snapshot_ahead').says, /beyond the journal's end at \d+/);
  });

  it('S2: names a damaged snapshot, and that nothing is lost', async () => {
    const directory = copyOf(snapped);
    const newest = last(journalFiles(directory, 'snapshot'));
    flip(newest, statSync(newest).size - 10);
    const { met, of } = await examine(directory);
    assert.deepEqual(met, ['snapshot_damaged']);
    assert.ok(of('snapshot_damaged').says.startsWith(newest));
  });

  it('names a journal of a newer format', async () => {
    const directory = copyOf(worn);
    const [first = ''] = journalFiles(directory, 'segment');
    const bytes = readFileSync(first);
    bytes.writeUInt16LE(2, 8);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 36)), 36);
    writeFileSync(first, bytes);
    const { met, of } = await examine(directory);
    assert.deepEqual(met, ['journal_too_new']);
    assert.match(of('journal_too_new').says, /has format 2; this version reads up to 1/);
  });

  it('names a journal with records that only a newer version has', async () => {
    const directory = join(scratch, 'newer');
    const journal = join(directory, 'journal');
    cpSync(join(worn, 'keys'), join(directory, 'keys'), { recursive: true });
    const table = new TallyTable(60_000);
    const deps: JournalDeps = {
      disk: openFileDisk(journal), tables: [table] as JournalDeps['tables'], limits: DEFAULT_LIMITS, time: createSystemTimeSource(), scheduler: eventLoop, random: new SeededRandom(1),
    };
    const opened = await openJournal(deps);
    opened.journal.append([{ table, record: table.next(1, 1) }] as Parameters<typeof opened.journal.append>[0]);
    await opened.journal.close();
    const { met, of } = await examine(directory);
    assert.deepEqual(met, ['journal_too_new']);
    assert.match(of('journal_too_new').says, /records of type 60000/);
  });

  it('names a restore that was cut off', async () => {
    const directory = join(scratch, 'half restored');
    const bad = copyOf(worn);
    flip(journalFiles(bad, 'segment')[0] ?? '', 60);
    mkdirSync(directory);
    await assert.rejects(restoreJournal(openFileDisk(join(bad, 'journal')), openFileDisk(join(directory, 'journal'))));
    const { met, of } = await examine(directory);
    assert.deepEqual(met, ['copy_unfinished']);
    assert.ok(of('copy_unfinished').mend?.includes(`mv '${directory}' '${directory}'.unfinished`));
  });

  it('names a journal whose files cannot be read', async () => {
    const directory = copyOf(worn);
    rmSync(join(directory, 'journal'), { recursive: true });
    writeFileSync(join(directory, 'journal'), '');
    const { met, of } = await examine(directory);
    assert.deepEqual(met, ['journal_unreadable']);
    assert.ok(of('journal_unreadable').says.includes(join(directory, 'journal')));
  });

  it('names a wall clock that is behind what is recorded by more than a second, and none that is behind by less', async () => {
    const hourAgo = await examine(worn, {}, { wallMs: () => Date.now() - 3_600_000 });
    assert.deepEqual(hourAgo.met, ['clock_behind']);
    assert.match(hourAgo.of('clock_behind').says, /3[56]\d{5} ms before the last recorded group/);
    const fresh = copyOf(worn);
    await wear(fresh, { events: 1, segmentBytes: 1_000 });
    assert.deepEqual((await examine(fresh, {}, { wallMs: () => Date.now() - 500 })).met, []);
  });

  it('leaves everything as it was', async () => {
    const directory = copyOf(worn);
    // SQLite keeps a list of readers beside a file that is read.
    const names = (): readonly string[] => readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => !/-(shm|wal)$/.test(name)).toSorted();
    const before = names();
    await examine(directory);
    assert.deepEqual(names(), before);
  });
});
