import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, IdIndex, invariant, LimitReached, NO_ROW, readKey, RowStore, writeKey, type EpochMs, type IdWords, type Limits } from '@traffic-tacos/kernel';

const LAYOUT = 1;

/** An idempotency key of `reserve`, and the hold that it made. What was asked for stands in the hold. */
export interface ReserveKeyRecord {
  /** Of user, event and key. */
  readonly digest: IdWords;
  /** The words of the hold's reservation id. */
  readonly reservation: IdWords;
  /** One more each time the key is used anew while it is remembered, because its hold had ended. */
  readonly version: number;
  readonly rememberedAtMs: EpochMs;
}

/** Where each column of a row begins, in bytes. `next` is the row remembered after this one, plus 1. */
const AT = { digest: 0, reservation: 16, rememberedAtMs: 32, version: 40, next: 44 } as const;
const BYTES_PER_ROW = 48;
/** Rows given back at most before each new key: enough to keep pace, too few to be felt. */
const FREED_PER_KEY = 4;

/**
 * Live keys of `reserve`: the record table of type 3, 48 bytes a key and 16 of index at most. All keys live equally long and come in the order
 * of the clock, so a list through the rows is the order in which they run out. Whether a key is live is a question of its instant alone.
 */
export class ReserveKeyTable implements RecordTable<ReserveKeyRecord> {
  readonly recordType = 3;
  readonly name = 'inventory.reserve-keys';
  readonly layoutVersion = LAYOUT;

  readonly #ttlMs: number;
  readonly #limit: number;
  readonly #rows: RowStore;
  readonly #index: IdIndex;
  #oldest = NO_ROW;
  #newest = NO_ROW;
  #newestRestoredMs = 0;

  constructor({ idempotencyTtlMs, idempotencyKeys }: Pick<Limits, 'idempotencyTtlMs' | 'idempotencyKeys'>) {
    this.#ttlMs = idempotencyTtlMs;
    this.#limit = idempotencyKeys;
    // Recovery lays the journal over a snapshot: keys that never lived at the same time may stand side by side until it is done.
    this.#rows = new RowStore(BYTES_PER_ROW, idempotencyKeys * 2);
    this.#index = new IdIndex(this.#rows, AT.digest);
  }

  get size(): number {
    return this.#rows.live;
  }

  /** Throws `LimitReached` when another key does not fit beside those that live. No live key is thrown out. */
  assertRoom(now: EpochMs): void {
    this.#freeRunOut(now);
    if (this.#rows.live >= this.#limit) throw new LimitReached('limits.idempotencyKeys is reached: no more keys of ReserveSeat');
  }

  /** The reservation that the key stands for, while it is remembered. */
  find(digest: IdWords, now: EpochMs): IdWords | undefined {
    const row = this.#index.find(digest);
    return row === NO_ROW || this.#rememberedAtMs(row) + this.#ttlMs <= now ? undefined : this.#key(row, AT.reservation);
  }

  /** 0 while there is no row. */
  versionOf(digest: IdWords): number {
    const row = this.#index.find(digest);
    return row === NO_ROW ? 0 : this.#version(row);
  }

  encode(record: ReserveKeyRecord, writer: ByteWriter): void {
    writer.id(record.digest);
    writer.id(record.reservation);
    writer.u32(record.version);
    writer.u53(record.rememberedAtMs);
  }

  decode(layoutVersion: number, reader: ByteReader): ReserveKeyRecord {
    invariant(layoutVersion === LAYOUT, `keys of ReserveSeat were never written in layout ${layoutVersion}`);
    return { digest: reader.id(), reservation: reader.id(), version: reader.u32(), rememberedAtMs: epochMs(reader.u53()) };
  }

  isNext({ digest, version }: ReserveKeyRecord): boolean {
    return version === this.versionOf(digest) + 1;
  }

  apply(record: ReserveKeyRecord): void {
    const old = this.#index.find(record.digest);
    if (old !== NO_ROW) this.#disown(old, record.digest);
    this.#append(this.#insert(record));
  }

  restore(record: ReserveKeyRecord): void {
    this.#newestRestoredMs = Math.max(this.#newestRestoredMs, record.rememberedAtMs);
    const known = this.#index.find(record.digest);
    if (known === NO_ROW) {
      if (this.#rows.isFull) this.#freeRestored();
      this.#insert(record);
    } else if (this.#isOlder(known, record)) this.#write(known, record);
  }

  rebuild(): void {
    const rows: number[] = [];
    for (let row = 0; row < this.#rows.highWater; row++) if (this.#version(row) > 0) rows.push(row);
    rows.sort((a, b) => this.#rememberedAtMs(a) - this.#rememberedAtMs(b));
    for (const row of rows) this.#append(row);
  }

  scan(cursor: number, budget: number, visit: (record: ReserveKeyRecord) => void): number {
    const end = Math.min(cursor + budget, this.#rows.highWater);
    for (let row = cursor; row < end; row++) if (this.#version(row) > 0) visit(this.#read(row));
    return end < this.#rows.highWater ? end : -1;
  }

  /** A key that had run out was given anew at a later instant, whatever its version had been. */
  #isOlder(row: number, { rememberedAtMs, version }: ReserveKeyRecord): boolean {
    const own = this.#rememberedAtMs(row);
    return own < rememberedAtMs || (own === rememberedAtMs && this.#version(row) < version);
  }

  #insert(record: ReserveKeyRecord): number {
    const row = this.#rows.allocate();
    this.#write(row, record);
    this.#index.insert(record.digest, row);
    return row;
  }

  #write(row: number, record: ReserveKeyRecord): void {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    writeKey(view, at + AT.digest, record.digest);
    writeKey(view, at + AT.reservation, record.reservation);
    view.setFloat64(at + AT.rememberedAtMs, record.rememberedAtMs, true);
    view.setUint32(at + AT.version, record.version, true);
  }

  #read(row: number): ReserveKeyRecord {
    const rememberedAtMs = epochMs(this.#rememberedAtMs(row));
    return { digest: this.#key(row, AT.digest), reservation: this.#key(row, AT.reservation), version: this.#version(row), rememberedAtMs };
  }

  /** The key is used anew: its old row is nobody's, and stays in the list until its turn to be freed comes. */
  #disown(row: number, digest: IdWords): void {
    this.#index.remove(digest);
    this.#rows.view(row).setUint32(this.#rows.offset(row) + AT.version, 0, true);
  }

  #freeRunOut(now: EpochMs): void {
    for (let freed = 0; freed < FREED_PER_KEY && this.#oldest !== NO_ROW; freed++) {
      const row = this.#oldest;
      const isOwned = this.#version(row) > 0;
      if (isOwned && this.#rememberedAtMs(row) + this.#ttlMs > now) return;
      this.#oldest = this.#rows.view(row).getUint32(this.#rows.offset(row) + AT.next, true) - 1;
      if (this.#oldest === NO_ROW) this.#newest = NO_ROW;
      if (isOwned) this.#index.remove(this.#key(row, AT.digest));
      this.#rows.free(row);
    }
  }

  /** During recovery, while there is no list yet: keys that had run out when the newest record was written. */
  #freeRestored(): void {
    for (let row = 0; row < this.#rows.highWater; row++) {
      if (this.#version(row) === 0 || this.#rememberedAtMs(row) + this.#ttlMs > this.#newestRestoredMs) continue;
      this.#index.remove(this.#key(row, AT.digest));
      this.#rows.free(row);
    }
  }

  #append(row: number): void {
    if (this.#newest === NO_ROW) this.#oldest = row;
    else this.#rows.view(this.#newest).setUint32(this.#rows.offset(this.#newest) + AT.next, row + 1, true);
    this.#newest = row;
  }

  #rememberedAtMs(row: number): number {
    return this.#rows.view(row).getFloat64(this.#rows.offset(row) + AT.rememberedAtMs, true);
  }

  #version(row: number): number {
    return this.#rows.view(row).getUint32(this.#rows.offset(row) + AT.version, true);
  }

  #key(row: number, column: number): IdWords {
    return readKey(this.#rows.view(row), this.#rows.offset(row) + column);
  }
}
