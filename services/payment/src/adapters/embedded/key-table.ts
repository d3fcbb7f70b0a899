import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import {
  amountMinor,
  epochMs,
  ExpiryQueue,
  formatId,
  IdIndex,
  invariant,
  LimitReached,
  NO_ROW,
  readKey,
  RowStore,
  writeKey,
  type EpochMs,
  type IdWords,
  type Limits,
} from '@traffic-tacos/kernel';
import { INTENT_STATUSES } from '../../domain/intent-states.ts';
import { KEYED_OPERATIONS, type KeyRecord } from '../../domain/request-key.ts';
import { codeOf, intentWords, wordAt } from './intent-codec.ts';

const LAYOUT_VERSION = 1;

/** Where each column of a row begins, in bytes. An expiry of 0 marks an empty row. */
const AT = {
  digest: 0,
  fingerprint: 16,
  intent: 32,
  expiresAtMs: 48,
  answeredRefundedMinor: 56,
  answeredChangedAtMs: 64,
  livesMs: 72,
  answeredSequence: 76,
  operation: 80,
  answeredStatus: 81,
} as const;

const BYTES_PER_ROW = 88;
/** Rows given back at most for each key written, so that no request pays for all the keys of a past crowd. */
const FREED_AT_ONCE = 64;

/**
 * Request keys that have had their effect. A key whose time is over counts as absent and its row is given back when the next one is
 * written; so a key has no version, and of two records of one digest the later one holds.
 */
export class KeyTable implements RecordTable<KeyRecord> {
  readonly recordType = 21;
  readonly name = 'payment idempotency key';
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #limit: number;
  readonly #rows: RowStore;
  readonly #byDigest: IdIndex;
  readonly #ends = new ExpiryQueue();

  constructor(limits: Limits) {
    this.#limit = limits.idempotencyKeys;
    // While recovery lays the journal over a snapshot, keys that were never alive together may be: live requests keep to the limit.
    this.#rows = new RowStore(BYTES_PER_ROW, limits.idempotencyKeys * 2);
    this.#byDigest = new IdIndex(this.#rows, AT.digest);
  }

  get size(): number {
    return this.#rows.live;
  }

  /** Refuses before anything is decided when another key would not fit beside those alive at `nowMs`. */
  assertRoom(nowMs: EpochMs): void {
    this.#purge(nowMs);
    if (this.#rows.live >= this.#limit) throw new LimitReached('payment idempotency keys: idempotencyKeys');
  }

  /** The record of the digest, over or not. */
  find(digest: IdWords): KeyRecord | undefined {
    const row = this.#byDigest.find(digest);
    return row === NO_ROW ? undefined : this.#read(row);
  }

  encode(record: KeyRecord, writer: ByteWriter): void {
    writer.id(record.digest);
    writer.id(record.fingerprint);
    writer.u8(codeOf(KEYED_OPERATIONS, record.operation));
    writer.id(intentWords(record.intentId));
    writer.u53(record.usedAtMs);
    writer.u53(record.expiresAtMs);
    writer.u8(codeOf(INTENT_STATUSES, record.answeredStatus));
    writer.u53(record.answeredChangedAtMs);
    writer.u53(record.answeredRefundedMinor);
    writer.u32(record.answeredSequence);
  }

  decode(layoutVersion: number, reader: ByteReader): KeyRecord {
    invariant(layoutVersion === LAYOUT_VERSION, `payment idempotency keys were never written in layout ${layoutVersion}`);
    return {
      digest: reader.id(),
      fingerprint: reader.id(),
      operation: wordAt(KEYED_OPERATIONS, reader.u8()),
      intentId: formatId('pay', reader.id()),
      usedAtMs: epochMs(reader.u53()),
      expiresAtMs: epochMs(reader.u53()),
      answeredStatus: wordAt(INTENT_STATUSES, reader.u8()),
      answeredChangedAtMs: epochMs(reader.u53()),
      answeredRefundedMinor: amountMinor(reader.u53()),
      answeredSequence: reader.u32(),
    };
  }

  /** Nobody has used the key since the decision: there is no record, or its time was over. */
  isNext(record: KeyRecord): boolean {
    const row = this.#byDigest.find(record.digest);
    return row === NO_ROW || this.#expiresAtMs(row) <= record.usedAtMs;
  }

  apply(record: KeyRecord): void {
    this.#put(record);
  }

  /** Frees what was over when the record was written, so that recovery needs no more rows than the run that it repeats. */
  restore(record: KeyRecord): void {
    this.#purge(record.usedAtMs);
    const row = this.#byDigest.find(record.digest);
    if (row === NO_ROW || this.#expiresAtMs(row) < record.expiresAtMs) this.#put(record);
  }

  rebuild(): void {
    // The index and the queue of endings are kept with each row, because recovery itself frees rows that are over.
  }

  scan(cursor: number, budget: number, visit: (record: KeyRecord) => void): number {
    const end = Math.min(cursor + budget, this.#rows.highWater);
    for (let row = cursor; row < end; row++) if (this.#expiresAtMs(row) > 0) visit(this.#read(row));
    return end >= this.#rows.highWater ? -1 : end;
  }

  /** Gives back rows of keys that are over. An entry of the queue is stale when its row has been given to a later record. */
  #purge(nowMs: EpochMs): void {
    for (let freed = 0; freed < FREED_AT_ONCE; freed++) {
      const row = this.#ends.popDue(nowMs);
      if (row === undefined) return;
      const expiresAtMs = this.#expiresAtMs(row);
      if (expiresAtMs === 0 || expiresAtMs > nowMs) continue;
      this.#byDigest.remove(readKey(this.#rows.view(row), this.#rows.offset(row) + AT.digest));
      this.#rows.free(row);
    }
  }

  #put(record: KeyRecord): void {
    const known = this.#byDigest.find(record.digest);
    const row = known === NO_ROW ? this.#rows.allocate() : known;
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    writeKey(view, at + AT.digest, record.digest);
    writeKey(view, at + AT.fingerprint, record.fingerprint);
    writeKey(view, at + AT.intent, intentWords(record.intentId));
    view.setFloat64(at + AT.expiresAtMs, record.expiresAtMs, true);
    view.setFloat64(at + AT.answeredRefundedMinor, record.answeredRefundedMinor, true);
    view.setFloat64(at + AT.answeredChangedAtMs, record.answeredChangedAtMs, true);
    view.setUint32(at + AT.livesMs, record.expiresAtMs - record.usedAtMs, true);
    view.setUint32(at + AT.answeredSequence, record.answeredSequence, true);
    view.setUint8(at + AT.operation, codeOf(KEYED_OPERATIONS, record.operation));
    view.setUint8(at + AT.answeredStatus, codeOf(INTENT_STATUSES, record.answeredStatus));
    if (known === NO_ROW) this.#byDigest.insert(record.digest, row);
    this.#ends.push(record.expiresAtMs, row);
  }

  #read(row: number): KeyRecord {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    const expiresAtMs = this.#expiresAtMs(row);
    return {
      digest: readKey(view, at + AT.digest),
      fingerprint: readKey(view, at + AT.fingerprint),
      operation: wordAt(KEYED_OPERATIONS, view.getUint8(at + AT.operation)),
      intentId: formatId('pay', readKey(view, at + AT.intent)),
      usedAtMs: epochMs(expiresAtMs - view.getUint32(at + AT.livesMs, true)),
      expiresAtMs: epochMs(expiresAtMs),
      answeredStatus: wordAt(INTENT_STATUSES, view.getUint8(at + AT.answeredStatus)),
      answeredChangedAtMs: epochMs(view.getFloat64(at + AT.answeredChangedAtMs, true)),
      answeredRefundedMinor: amountMinor(view.getFloat64(at + AT.answeredRefundedMinor, true)),
      answeredSequence: view.getUint32(at + AT.answeredSequence, true),
    };
  }

  #expiresAtMs(row: number): number {
    return this.#rows.view(row).getFloat64(this.#rows.offset(row) + AT.expiresAtMs, true);
  }
}
