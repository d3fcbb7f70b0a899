import { NO_HISTORY, type ByteReader, type ByteWriter, type HistoryReads, type HistorySource, type MovableTable, type RecordTable } from '@traffic-tacos/journal';
import { epochMs, formatId, IdIndex, isAfterWords, LimitReached, NO_ROW, parseId, present, readKey, RowStore, writeKey, type IdWords, type Limits } from '@traffic-tacos/kernel';
import type { Order } from '../../domain/order.ts';
import { decodeOrder, encodeOrder, ORDER_SHAPE, ORDER_STATUSES, wordsOf } from './order-codec.ts';

/** Where each column of a row begins, in bytes. */
const AT = { id: 0, version: 16, status: 20, createdAtMs: 24, paymentIntentId: 32, ticketSecret: 48 } as const;
const BYTES_PER_ROW = 64;

/**
 * Orders: what an order adds to its reservation. The facts they share stay with the reservation. They leave memory for the history after
 * a while; whoever reads sees one table.
 */
export class OrderTable implements RecordTable<Order>, MovableTable {
  readonly recordType = ORDER_SHAPE.recordType;
  readonly name = 'order';
  readonly layoutVersion = 1;
  readonly shape = ORDER_SHAPE;
  readonly limit: number;

  readonly #rows: RowStore;
  readonly #index: IdIndex;
  readonly #history: HistoryReads<Order>;
  #heard: (made: Order) => void = () => undefined;

  constructor(limits: Limits, history: HistorySource = NO_HISTORY) {
    this.limit = limits.orderRows;
    // As with reservations: room for what comes back, and for what recovery meets.
    this.#rows = new RowStore(BYTES_PER_ROW, limits.orderRows * 2);
    this.#index = new IdIndex(this.#rows, AT.id);
    this.#history = history.of(ORDER_SHAPE);
  }

  /** `heard` is told of each order that is made, as its entry is applied, and of none that recovery meets. */
  listen(heard: (made: Order) => void): void {
    this.#heard = heard;
  }

  /** Rows in memory. */
  get size(): number {
    return this.#rows.live;
  }

  get live(): number {
    return this.#rows.live;
  }

  read(id: string): Order | undefined {
    const key = parseId('ord', id);
    if (key === undefined) return undefined;
    const row = this.#index.find(key);
    return row === NO_ROW ? this.#history.find(key) : this.#orderAt(row);
  }

  /** Every order once, wherever it is, in no order. Nothing may change meanwhile. */
  *everywhere(): Generator<Order> {
    for (let row = 0; row < this.#rows.highWater; row++) if (this.#versionAt(row) > 0) yield this.#orderAt(row);
    for (const past of this.#history.all()) if (this.#index.find(wordsOf('ord', past.id)) === NO_ROW) yield past;
  }

  /** As `everywhere`, by id. */
  *byId(): Generator<Order> {
    const rows = this.#rowsById();
    let at = 0;
    for (const past of this.#history.all()) {
      const key = wordsOf('ord', past.id);
      for (let row = rows[at]; row !== undefined && isAfterWords(key, this.#keyAt(row)); row = rows[++at]) yield this.#orderAt(row);
      if (this.#index.find(key) === NO_ROW) yield past;
    }
    for (const row of rows.slice(at)) yield this.#orderAt(row);
  }

  /** Ids of orders of which the history has a later version than memory. There are none, or something is wrong. */
  *behindHistory(): Generator<string> {
    for (const past of this.#history.all()) {
      const row = this.#index.find(wordsOf('ord', past.id));
      if (row !== NO_ROW && this.#versionAt(row) < past.version) yield past.id;
    }
  }

  encode(record: Order, writer: ByteWriter): void {
    encodeOrder(record, writer);
  }

  decode(layoutVersion: number, reader: ByteReader): Order {
    return decodeOrder(layoutVersion, reader);
  }

  /** As with reservations: a change of what has left memory is decided on the history's version. */
  isNext(record: Order): boolean {
    const key = wordsOf('ord', record.id);
    const row = this.#index.find(key);
    if (row !== NO_ROW || record.version === 1) return this.#versionAt(row) === record.version - 1;
    if (this.#rows.isFull) throw new LimitReached('orders: orderRows');
    return this.#history.versionOf(key) === record.version - 1;
  }

  apply(record: Order): void {
    this.restore(record);
    if (record.version === 1) this.#heard(record);
  }

  restore(record: Order): void {
    const key = wordsOf('ord', record.id);
    const known = this.#index.find(key);
    if (known !== NO_ROW && this.#versionAt(known) >= record.version) return;
    const row = known === NO_ROW ? this.#rows.allocate() : known;
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    writeKey(view, at + AT.id, key);
    view.setUint32(at + AT.version, record.version, true);
    view.setUint8(at + AT.status, ORDER_STATUSES.indexOf(record.status));
    view.setFloat64(at + AT.createdAtMs, record.createdAtMs, true);
    writeKey(view, at + AT.paymentIntentId, wordsOf('pay', record.paymentIntentId));
    writeKey(view, at + AT.ticketSecret, record.ticketSecret);
    if (known === NO_ROW) this.#index.insert(key, row);
  }

  /** Where there is room it stays until it leaves again: payments that recovery has met are compared with their orders, and each look into the history costs. */
  forget(record: Order): void {
    if (this.#index.find(wordsOf('ord', record.id)) !== NO_ROW || this.live < this.limit) this.restore(record);
  }

  /** Nothing is derived from orders: the reservations' lists lead to them. */
  rebuild(): void {}

  scan(cursor: number, budget: number, visit: (record: Order) => void): number {
    const end = Math.min(cursor + budget, this.#rows.highWater);
    for (let row = cursor; row < end; row++) {
      if (this.#versionAt(row) > 0) visit(this.#orderAt(row));
    }
    return end === this.#rows.highWater ? -1 : end;
  }

  visitEnded(cursor: number, budget: number, untilMs: number, visit: (row: number, version: number) => void): number {
    const end = Math.min(cursor + budget, this.#rows.highWater);
    for (let row = cursor; row < end; row++) {
      const version = this.#versionAt(row);
      if (version > 0 && this.#createdAtMs(row) <= untilMs) visit(row, version);
    }
    return end === this.#rows.highWater ? -1 : end;
  }

  evict(row: number, version: number): boolean {
    if (this.#versionAt(row) !== version) return false;
    this.#remove(row);
    return true;
  }

  #rowsById(): readonly number[] {
    const rows: number[] = [];
    for (let row = 0; row < this.#rows.highWater; row++) if (this.#versionAt(row) > 0) rows.push(row);
    return rows.sort((a, b) => (isAfterWords(this.#keyAt(a), this.#keyAt(b)) ? 1 : -1));
  }

  #keyAt(row: number): IdWords {
    return readKey(this.#rows.view(row), this.#rows.offset(row) + AT.id);
  }

  #remove(row: number): void {
    this.#index.remove(this.#keyAt(row));
    this.#rows.free(row);
  }

  #createdAtMs(row: number): number {
    return this.#rows.view(row).getFloat64(this.#rows.offset(row) + AT.createdAtMs, true);
  }

  #versionAt(row: number): number {
    return row === NO_ROW ? 0 : this.#rows.view(row).getUint32(this.#rows.offset(row) + AT.version, true);
  }

  #orderAt(row: number): Order {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    return {
      id: formatId('ord', readKey(view, at + AT.id)),
      version: view.getUint32(at + AT.version, true),
      status: present(ORDER_STATUSES[view.getUint8(at + AT.status)], 'status'),
      createdAtMs: epochMs(view.getFloat64(at + AT.createdAtMs, true)),
      paymentIntentId: formatId('pay', readKey(view, at + AT.paymentIntentId)),
      ticketSecret: readKey(view, at + AT.ticketSecret),
    };
  }
}
