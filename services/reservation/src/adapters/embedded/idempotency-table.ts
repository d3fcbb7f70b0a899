import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, IdIndex, LimitReached, NO_ROW, readKey, RowStore, writeKey, type EpochMs, type IdWords, type Limits } from '@traffic-tacos/kernel';

/** An idempotency key in use: what was asked under it, and the reservation that came of it. */
export interface KeyRecord {
  readonly digest: IdWords;
  readonly fingerprint: IdWords;
  /** The words of the reservation's id. */
  readonly reservation: IdWords;
  readonly rememberedAtMs: EpochMs;
}

/** Where each column of a row begins, in bytes. `next` is the row remembered after this one, plus 1. */
const AT = { digest: 0, fingerprint: 16, reservation: 32, rememberedAtMs: 48, next: 56 } as const;
const BYTES_PER_ROW = 64;
/** Keys that have run out, dropped at most with each new one: enough to keep pace, too few to be felt. */
const DROPPED_PER_KEY = 4;

/**
 * Live idempotency keys, 64 bytes each and 11 of index. All live equally long, so the order in which they came is the order in which
 * they run out: a list through the rows, no queue. Whether a key is live is a question of its instant, not of whether it was dropped.
 */
export class IdempotencyTable implements RecordTable<KeyRecord> {
  readonly recordType = 11;
  readonly name = 'idempotency';
  readonly layoutVersion = 1;

  readonly #ttlMs: number;
  readonly #limit: number;
  readonly #rows: RowStore;
  readonly #index: IdIndex;
  #oldest = NO_ROW;
  #newest = NO_ROW;
  #newestRestoredMs = 0;

  constructor(limits: Limits) {
    this.#ttlMs = limits.idempotencyTtlMs;
    this.#limit = limits.idempotencyKeys;
    // Recovery meets keys of all times, and drops those that have run out when they are as many again as may live.
    this.#rows = new RowStore(BYTES_PER_ROW, limits.idempotencyKeys * 2);
    this.#index = new IdIndex(this.#rows, AT.digest);
  }

  get size(): number {
    return this.#rows.live;
  }

  /** Refuses at the limit of live keys; before that, makes room by dropping keys that have run out. No live key is evicted. */
  assertRoom(nowMs: EpochMs): void {
    this.#drop(nowMs, DROPPED_PER_KEY);
    if (this.#rows.live >= this.#limit) throw new LimitReached('idempotency keys: idempotencyKeys');
  }

  /** The live key of this digest. */
  find(digest: IdWords, nowMs: EpochMs): KeyRecord | undefined {
    const row = this.#index.find(digest);
    if (row === NO_ROW) return undefined;
    const record = this.#recordAt(row);
    return record.rememberedAtMs + this.#ttlMs > nowMs ? record : undefined;
  }

  encode(record: KeyRecord, writer: ByteWriter): void {
    writer.id(record.digest);
    writer.id(record.fingerprint);
    writer.id(record.reservation);
    writer.u53(record.rememberedAtMs);
  }

  decode(_layoutVersion: number, reader: ByteReader): KeyRecord {
    return { digest: reader.id(), fingerprint: reader.id(), reservation: reader.id(), rememberedAtMs: epochMs(reader.u53()) };
  }

  /** A key is free when no live one of its digest is there; one that has run out gives way. */
  isNext(record: KeyRecord): boolean {
    return this.find(record.digest, record.rememberedAtMs) === undefined;
  }

  apply(record: KeyRecord): void {
    const old = this.#index.find(record.digest);
    if (old !== NO_ROW) this.#forget(old, record.digest);
    this.#append(this.#insert(record));
  }

  restore(record: KeyRecord): void {
    const known = this.#index.find(record.digest);
    this.#newestRestoredMs = Math.max(this.#newestRestoredMs, record.rememberedAtMs);
    if (known === NO_ROW) {
      if (this.#rows.isFull) this.#dropRunOut();
      this.#insert(record);
    } else if (this.#instantOf(known) < record.rememberedAtMs) this.#write(known, record);
  }

  /** Keys that ran out while nobody was here are dropped as new ones come. */
  rebuild(): void {
    const rows: number[] = [];
    for (let row = 0; row < this.#rows.highWater; row++) if (this.#instantOf(row) > 0) rows.push(row);
    rows.sort((a, b) => this.#instantOf(a) - this.#instantOf(b));
    for (const row of rows) this.#append(row);
  }

  scan(cursor: number, budget: number, visit: (record: KeyRecord) => void): number {
    const end = Math.min(cursor + budget, this.#rows.highWater);
    for (let row = cursor; row < end; row++) {
      if (this.#instantOf(row) > 0) visit(this.#recordAt(row));
    }
    return end === this.#rows.highWater ? -1 : end;
  }

  #insert(record: KeyRecord): number {
    const row = this.#rows.allocate();
    this.#write(row, record);
    this.#index.insert(record.digest, row);
    return row;
  }

  #write(row: number, record: KeyRecord): void {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    writeKey(view, at + AT.digest, record.digest);
    writeKey(view, at + AT.fingerprint, record.fingerprint);
    writeKey(view, at + AT.reservation, record.reservation);
    view.setFloat64(at + AT.rememberedAtMs, record.rememberedAtMs, true);
  }

  /** A key that ran out and is used anew: its old row stays in the list, at instant 0, until its turn to be dropped comes. */
  #forget(row: number, digest: IdWords): void {
    this.#index.remove(digest);
    this.#rows.view(row).setFloat64(this.#rows.offset(row) + AT.rememberedAtMs, 0, true);
  }

  /** During recovery, before the list is built: keys that had run out when the newest record was written. */
  #dropRunOut(): void {
    for (let row = 0; row < this.#rows.highWater; row++) {
      const instant = this.#instantOf(row);
      if (instant === 0 || instant + this.#ttlMs > this.#newestRestoredMs) continue;
      this.#index.remove(readKey(this.#rows.view(row), this.#rows.offset(row) + AT.digest));
      this.#rows.free(row);
    }
  }

  #drop(nowMs: EpochMs, most: number): void {
    for (let dropped = 0; dropped < most && this.#oldest !== NO_ROW; dropped++) {
      const row = this.#oldest;
      if (this.#instantOf(row) + this.#ttlMs > nowMs) return;
      const view = this.#rows.view(row);
      const at = this.#rows.offset(row);
      this.#oldest = view.getUint32(at + AT.next, true) - 1;
      if (this.#oldest === NO_ROW) this.#newest = NO_ROW;
      const digest = readKey(view, at + AT.digest);
      if (this.#index.find(digest) === row) this.#index.remove(digest);
      this.#rows.free(row);
    }
  }

  #append(row: number): void {
    if (this.#newest === NO_ROW) this.#oldest = row;
    else this.#rows.view(this.#newest).setUint32(this.#rows.offset(this.#newest) + AT.next, row + 1, true);
    this.#newest = row;
  }

  #instantOf(row: number): number {
    return this.#rows.view(row).getFloat64(this.#rows.offset(row) + AT.rememberedAtMs, true);
  }

  #recordAt(row: number): KeyRecord {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    return {
      digest: readKey(view, at + AT.digest),
      fingerprint: readKey(view, at + AT.fingerprint),
      reservation: readKey(view, at + AT.reservation),
      rememberedAtMs: epochMs(view.getFloat64(at + AT.rememberedAtMs, true)),
    };
  }
}
