import type { ByteReader, ByteWriter, MovableTable, RecordTable, Unit } from '@traffic-tacos/journal';
import { IdIndex, invariant, NO_ROW, readKey, RowStore, writeKey, type IdWords, type Limits, type PaymentIntentId } from '@traffic-tacos/kernel';
import { INTENT_STATUSES, type IntentStatus } from '../../domain/intent-states.ts';
import { codeOf, intentWords, wordAt } from './intent-codec.ts';

const LAYOUT_VERSION = 1;

/** Which result of an intent was answered last. */
export interface AnsweredResult {
  readonly key: IdWords;
  /** How far the answers have come: a mark that is made anew after it has left memory has no earlier one to count from. */
  readonly version: number;
  /** What the intent had come to when its result was told. */
  readonly status: IntentStatus;
}

/** Where each column of a row begins, in bytes. A version of 0 marks an empty row. */
const AT = { key: 0, version: 16, status: 20 } as const;
const BYTES_PER_ROW = 24;

/** A payment that was captured may still go back; whatever else it came to is the last of it. */
const versionOf = (status: IntentStatus): number => (status === 'REFUNDED' ? 2 : 1);

/**
 * Results of payments that whoever follows them up in another process has answered, so that after a start only the others are told again. It
 * decides nothing: with a mark lost, a result is told once more. Rows are as many as intents, and leave memory after them.
 */
export class AnsweredTable implements RecordTable<AnsweredResult>, MovableTable {
  readonly recordType = 22;
  readonly name = 'answered payment result';
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #rows: RowStore;
  readonly #byKey: IdIndex;
  readonly #isInMemory: (intent: IdWords) => boolean;

  constructor({ paymentIntentRows }: Pick<Limits, 'paymentIntentRows'>, isInMemory: (intent: IdWords) => boolean) {
    this.#isInMemory = isInMemory;
    this.#rows = new RowStore(BYTES_PER_ROW, paymentIntentRows);
    this.#byKey = new IdIndex(this.#rows, AT.key);
  }

  get live(): number {
    return this.#rows.live;
  }

  get limit(): number {
    return this.#rows.limit;
  }

  /** What the intent had come to when it was last answered; undefined where it never was. */
  statusOf(id: PaymentIntentId): IntentStatus | undefined {
    const row = this.#byKey.find(intentWords(id));
    return row === NO_ROW ? undefined : this.#read(row).status;
  }

  /** Writes into the unit that the intent's result was answered. Repeating it changes nothing, and so does an answer to what came before. */
  mark(unit: Unit, id: PaymentIntentId, status: IntentStatus): void {
    const key = intentWords(id);
    if (this.statusOf(id) === status || versionOf(status) <= this.#versionOf(key) || !this.#hasRoom(key)) return;
    unit.write(this, { key, version: versionOf(status), status });
  }

  encode({ key, version, status }: AnsweredResult, writer: ByteWriter): void {
    writer.id(key);
    writer.u32(version);
    writer.u8(codeOf(INTENT_STATUSES, status));
  }

  decode(layoutVersion: number, reader: ByteReader): AnsweredResult {
    invariant(layoutVersion === LAYOUT_VERSION, `answered payment results were never written in layout ${layoutVersion}`);
    return { key: reader.id(), version: reader.u32(), status: wordAt(INTENT_STATUSES, reader.u8()) };
  }

  isNext({ key, version }: AnsweredResult): boolean {
    return version > this.#versionOf(key);
  }

  apply(result: AnsweredResult): void {
    const known = this.#byKey.find(result.key);
    const row = known === NO_ROW ? this.#rows.allocate() : known;
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    writeKey(view, at + AT.key, result.key);
    view.setUint32(at + AT.version, result.version, true);
    view.setUint8(at + AT.status, codeOf(INTENT_STATUSES, result.status));
    if (known === NO_ROW) this.#byKey.insert(result.key, row);
  }

  /** A journal may have more marks than there are intents by now: those that have left are not there to be told of again. */
  restore(result: AnsweredResult): void {
    if (this.#versionOf(result.key) < result.version && this.#hasRoom(result.key)) this.apply(result);
  }

  rebuild(): void {
    // The index is kept with each row.
  }

  scan(cursor: number, budget: number, visit: (result: AnsweredResult) => void): number {
    const end = Math.min(cursor + budget, this.#rows.highWater);
    for (let row = cursor; row < end; row++) if (this.#versionAt(row) > 0) visit(this.#read(row));
    return end >= this.#rows.highWater ? -1 : end;
  }

  /** Those whose intents have left memory: nobody asks for them any more. */
  visitEnded(cursor: number, budget: number, _untilMs: number, visit: (row: number, version: number) => void): number {
    const end = Math.min(cursor + budget, this.#rows.highWater);
    for (let row = cursor; row < end; row++) if (this.#hasEnded(row)) visit(row, this.#versionAt(row));
    return end >= this.#rows.highWater ? -1 : end;
  }

  evict(row: number, version: number): boolean {
    if (this.#versionAt(row) !== version || !this.#hasEnded(row)) return false;
    this.#byKey.remove(this.#read(row).key);
    this.#rows.free(row);
    return true;
  }

  #hasRoom(key: IdWords): boolean {
    return !this.#rows.isFull || this.#byKey.find(key) !== NO_ROW;
  }

  #hasEnded(row: number): boolean {
    return this.#versionAt(row) > 0 && !this.#isInMemory(this.#read(row).key);
  }

  #versionAt(row: number): number {
    return this.#rows.view(row).getUint32(this.#rows.offset(row) + AT.version, true);
  }

  #versionOf(key: IdWords): number {
    const row = this.#byKey.find(key);
    return row === NO_ROW ? 0 : this.#versionAt(row);
  }

  #read(row: number): AnsweredResult {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    return { key: readKey(view, at + AT.key), version: view.getUint32(at + AT.version, true), status: wordAt(INTENT_STATUSES, view.getUint8(at + AT.status)) };
  }
}
