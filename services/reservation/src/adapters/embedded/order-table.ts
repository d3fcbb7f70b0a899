import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, formatId, IdIndex, NO_ROW, parseId, present, readKey, RowStore, writeKey, type IdWords, type Limits } from '@traffic-tacos/kernel';
import type { Order, OrderStatus } from '../../domain/order.ts';

const STATUSES: readonly OrderStatus[] = ['CONFIRMED', 'REFUNDED'];

/** Where each column of a row begins, in bytes. */
const AT = { id: 0, version: 16, status: 20, createdAtMs: 24, paymentIntentId: 32, ticketSecret: 48 } as const;
const BYTES_PER_ROW = 64;

/** Orders in memory: what an order adds to its reservation. The facts they share stay with the reservation. */
export class OrderTable implements RecordTable<Order> {
  readonly recordType = 13;
  readonly name = 'order';
  readonly layoutVersion = 1;

  readonly #rows: RowStore;
  readonly #index: IdIndex;

  constructor(limits: Limits) {
    this.#rows = new RowStore(BYTES_PER_ROW, limits.orderRows);
    this.#index = new IdIndex(this.#rows, AT.id);
  }

  get size(): number {
    return this.#rows.live;
  }

  read(id: string): Order | undefined {
    const row = this.#rowOf(id);
    return row === NO_ROW ? undefined : this.#orderAt(row);
  }

  encode(record: Order, writer: ByteWriter): void {
    writer.id(wordsOf('ord', record.id));
    writer.u32(record.version);
    writer.u8(STATUSES.indexOf(record.status));
    writer.u53(record.createdAtMs);
    writer.id(wordsOf('pay', record.paymentIntentId));
    writer.id(record.ticketSecret);
  }

  decode(_layoutVersion: number, reader: ByteReader): Order {
    return {
      id: formatId('ord', reader.id()),
      version: reader.u32(),
      status: present(STATUSES[reader.u8()], 'status'),
      createdAtMs: epochMs(reader.u53()),
      paymentIntentId: formatId('pay', reader.id()),
      ticketSecret: reader.id(),
    };
  }

  isNext(record: Order): boolean {
    return this.#versionAt(this.#rowOf(record.id)) === record.version - 1;
  }

  apply(record: Order): void {
    this.restore(record);
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
    view.setUint8(at + AT.status, STATUSES.indexOf(record.status));
    view.setFloat64(at + AT.createdAtMs, record.createdAtMs, true);
    writeKey(view, at + AT.paymentIntentId, wordsOf('pay', record.paymentIntentId));
    writeKey(view, at + AT.ticketSecret, record.ticketSecret);
    if (known === NO_ROW) this.#index.insert(key, row);
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

  #rowOf(id: string): number {
    const key = parseId('ord', id);
    return key === undefined ? NO_ROW : this.#index.find(key);
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
      status: present(STATUSES[view.getUint8(at + AT.status)], 'status'),
      createdAtMs: epochMs(view.getFloat64(at + AT.createdAtMs, true)),
      paymentIntentId: formatId('pay', readKey(view, at + AT.paymentIntentId)),
      ticketSecret: readKey(view, at + AT.ticketSecret),
    };
  }
}

const wordsOf = (prefix: string, id: string): IdWords => present(parseId(prefix, id), `${prefix} id`);
