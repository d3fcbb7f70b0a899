import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { HistoryFile, HistoryReader, type HistoryImage, type HistoryShape } from '@traffic-tacos/journal';
import { SimHistoryFile, SqliteRefused } from '../src/machine/history-file.ts';

/** A number under a number: the smallest record that can end. */
interface Told {
  readonly key: number;
  readonly version: number;
}

const SHAPE: HistoryShape<Told> = {
  recordType: 1,
  name: 'told',
  decode: (_layout, reader) => ({ key: reader.u8(), version: reader.u8() }),
  keyOf: ({ key }) => ({ w0: 0, w1: 0, w2: 0, w3: key }),
  versionOf: ({ version }) => version,
  hasEnded: () => true,
  ownerOf: () => 'alice',
};
const SHAPES = [SHAPE as HistoryShape<unknown>];

const image = ({ key, version }: Told): HistoryImage => ({
  shape: SHAPES[0] as HistoryShape<unknown>, key: SHAPE.keyOf({ key, version }), version, sequence: 1, layout: 1, owner: 'alice', link: undefined, body: Uint8Array.of(key, version),
});

interface FileUnderTest {
  open(): HistoryFile;
  read(): HistoryReader;
  /** The process ends; the log is damaged by then, or is not. */
  crash(losesLog: boolean): void;
  discard(): void;
}

function realFile(): FileUnderTest {
  const folder = mkdtempSync(join(tmpdir(), 'tacos-sim-history-'));
  let lives = 0;
  const path = (): string => join(folder, `history-${lives}.sqlite`);
  return {
    open: () => HistoryFile.open(path(), SHAPES),
    read: () => new HistoryReader(path()),
    // Copied as it stands while it is open: whoever closes it would carry the log into the main file.
    crash: (losesLog) => {
      const before = path();
      lives++;
      copyFileSync(before, path());
      if (!losesLog) copyFileSync(`${before}-wal`, `${path()}-wal`);
    },
    discard: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function simulatedFile(): FileUnderTest {
  const file = new SimHistoryFile();
  return {
    open: () => file.place().open(SHAPES),
    read: () => file.read(),
    crash: (losesLog) => {
      file.die();
      if (losesLog) file.loseLog();
    },
    discard: () => undefined,
  };
}

const told = (reader: HistoryReader): string => reader.of(SHAPE).ofOwner('alice', undefined, 10).map(({ key, version }) => `${key}.${version}`).join(' ');

for (const [name, make] of [['SQLite’s own', realFile], ['the simulated one', simulatedFile]] as const) {
  describe(`I4: a history file, ${name}`, () => {
    it('keeps what was committed, and of two versions the later one', () => {
      const on = make();
      const file = on.open();
      file.write([image({ key: 1, version: 2 }), image({ key: 2, version: 1 })], 5, 'journal');
      file.write([image({ key: 1, version: 1 }), image({ key: 2, version: 3 })], 7, 'journal');
      on.crash(false);
      const [again, reader] = [on.open(), on.read()];
      assert.deepEqual([told(reader), again.appliedSequence, again.journalId], ['2.3 1.2', 7, 'journal']);
      for (const closed of [file, again, reader]) closed.close();
      on.discard();
    });

    it('goes back to its last checkpoint where its log is lost, and goes on from there', () => {
      const on = make();
      const file = on.open();
      file.write([image({ key: 1, version: 1 })], 5, 'journal');
      assert.equal(file.checkpoint(), true);
      file.write([image({ key: 1, version: 2 }), image({ key: 2, version: 1 })], 7, 'journal');
      on.crash(true);
      const [again, reader] = [on.open(), on.read()];
      assert.deepEqual([told(reader), again.appliedSequence], ['1.1', 5]);
      again.write([image({ key: 2, version: 4 })], 9, 'journal');
      assert.equal(told(reader), '2.4 1.1');
      for (const closed of [file, again, reader]) closed.close();
      on.discard();
    });
  });
}

it('a simulated history of a process that is no more takes nothing, and a commit that is refused leaves nothing', () => {
  const history = new SimHistoryFile();
  const before = history.place().open(SHAPES);
  history.refusals = 1;
  assert.throws(() => before.write([image({ key: 1, version: 1 })], 5, 'journal'), SqliteRefused);
  assert.equal(history.applied, undefined);
  before.write([], 5, 'journal');
  history.die();
  assert.throws(() => before.write([], 9, 'journal'), /writes nothing/);
  assert.equal(history.applied, 5);
});
