import { strict as assert } from 'node:assert';
import { closeSync, copyFileSync, cpSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { historyPath } from '@traffic-tacos/platform';
import { createExamine } from './support/examination.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';
import { journalFiles, removeHistory, wear } from './support/worn-directory.ts';

const WEAR = { events: 12, segmentBytes: 1_000, snapshotBytes: 3_000 };

describe('tacos doctor, of the history', () => {
  const scratch = scratchDirectory({ after });
  const examine = createExamine(scratch);
  const worn = join(scratch, 'worn');
  /** The same directory after the first run. */
  const earlier = join(scratch, 'earlier');
  let copies = 0;

  const copyOf = (directory: string): string => {
    const copy = join(scratch, `copy-${++copies}`);
    cpSync(directory, copy, { recursive: true });
    return copy;
  };

  before(async () => {
    await wear(worn, WEAR);
    cpSync(worn, earlier, { recursive: true });
    await wear(worn, WEAR);
    await wear(worn, WEAR);
    assert.doesNotMatch(journalFiles(worn, 'segment')[0] ?? '', /segment-0000000000000001/, 'the first segments are gone');
  });

  it('names nothing where all is well, and says how far it reaches', async () => {
    const { met, findings } = await examine(copyOf(worn));
    assert.deepEqual(met, []);
    assert.match(findings.find(({ check }) => check === 'history')?.says ?? '', /is whole, and has what ended through group \d+$/);
  });

  it('names a history that is gone where the journal has no first segment any more, and nothing where it has one', async () => {
    const gone = copyOf(worn);
    removeHistory(gone);
    const { met, of } = await examine(gone);
    assert.deepEqual(met, ['history_missing']);
    assert.ok(of('history_missing').says.startsWith(`${historyPath(gone)} is missing`));
    assert.ok(of('history_missing').mend?.includes(`TACOS_DATA_DIR=${gone} npx tacos restore DIR`));
    const filledAgain = join(scratch, 'filled again');
    await wear(filledAgain, { events: 1 });
    removeHistory(filledAgain);
    assert.deepEqual((await examine(filledAgain)).met, []);
  });

  it('names a history that is no database, and one with a damaged page', async () => {
    const garbage = copyOf(worn);
    removeHistory(garbage);
    writeFileSync(historyPath(garbage), 'this was never a database, and is longer than the head of one: '.repeat(20));
    const { met, of } = await examine(garbage);
    assert.deepEqual(met, ['history_damaged']);
    assert.match(of('history_damaged').mend ?? '', /npx tacos restore DIR.*mv \S+history\.sqlite \S+history\.sqlite\.damaged/);

    const torn = copyOf(worn);
    // Everything into the main file first, so that no log mends the page.
    new DatabaseSync(historyPath(torn)).close();
    const file = new DatabaseSync(historyPath(torn));
    const pageBytes = Number(file.prepare('PRAGMA page_size').get()?.['page_size']);
    file.close();
    const database = Buffer.alloc(statSync(historyPath(torn)).size - pageBytes, 0x5a);
    writeFileSync(historyPath(torn), database, { flag: 'r+' });
    assert.deepEqual((await examine(torn)).met, ['history_damaged']);
  });

  it('names one that is no database, and one that is whole, where there is no journal at all: a start would be refused for either', async () => {
    for (const isFolderThere of [false, true]) {
      const junk = join(scratch, `junk ${isFolderThere}`);
      mkdirSync(isFolderThere ? join(junk, 'journal') : junk, { recursive: true });
      writeFileSync(historyPath(junk), 'this was never a database');
      const { met, findings } = await examine(junk);
      assert.deepEqual(met, ['history_damaged']);
      assert.equal(findings.find(({ check }) => check === 'layout'), undefined, 'nothing is said to hold a journal');
      assert.equal(findings.find(({ check }) => check === 'journal')?.kind, 'unknown');
    }
    const alone = copyOf(worn);
    for (const name of ['journal', 'journal-id']) rmSync(join(alone, name), { recursive: true });
    const { met, of } = await examine(alone);
    assert.deepEqual(met, ['history_mismatch']);
    assert.match(of('history_mismatch').says, /history\.sqlite ends at group \d+, and there is no journal$/);
  });

  it('is where an audit or an export of a damaged history sends whoever asks for it: neither calls it a fault of ours', async () => {
    const torn = copyOf(worn);
    new DatabaseSync(historyPath(torn)).close();
    const file = new DatabaseSync(historyPath(torn));
    const pageBytes = Number(file.prepare('PRAGMA page_size').get()?.['page_size']);
    const pages = file.prepare("SELECT rootpage FROM sqlite_schema WHERE name IN ('orders', 'reservations')").all().map(({ rootpage }) => Number(rootpage));
    file.close();
    const handle = openSync(historyPath(torn), 'r+');
    for (const page of pages) writeSync(handle, Buffer.alloc(pageBytes, 0x5a), 0, pageBytes, (page - 1) * pageBytes);
    closeSync(handle);
    for (const words of [['audit'], ['export', 'orders', '--csv']]) {
      const { code, stderr } = await tacos(words, settingsFor(torn));
      assert.equal(code, 1);
      assert.match(stderr, /^the history cannot be read: .*\n.*npx tacos doctor says what is wrong with it/);
    }
  });

  it('names a history of another directory, one that is older than the journal begins, and one that the journal does not reach', async () => {
    const put = (from: string, into: string): string => {
      const [source, directory] = [copyOf(from), copyOf(into)];
      // Everything into the main file first: what stands in its log beside it is not copied.
      new DatabaseSync(historyPath(source)).close();
      removeHistory(directory);
      copyFileSync(historyPath(source), historyPath(directory));
      return directory;
    };
    const other = join(scratch, 'other');
    await wear(other, WEAR);
    for (const [directory, says] of [[put(other, worn), /is that of the journal/], [put(earlier, worn), /the journal begins at group/], [put(worn, earlier), /, and the journal at group/]] as const) {
      const { met, of } = await examine(directory);
      assert.deepEqual(met, ['history_mismatch']);
      assert.match(of('history_mismatch').says, says);
    }
  });

  it('names a history of a newer format', async () => {
    const directory = copyOf(worn);
    const file = new DatabaseSync(historyPath(directory));
    file.exec('UPDATE history SET format = 2');
    file.close();
    const { met, of } = await examine(directory);
    assert.deepEqual(met, ['journal_too_new']);
    assert.match(of('journal_too_new').says, /history has format 2; this version reads up to 1/);
  });
});
