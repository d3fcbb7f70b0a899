import type { ByteReader, ByteWriter, HistoryShape } from '@traffic-tacos/journal';
import { epochMs, formatId, parseId, present, type IdWords } from '@traffic-tacos/kernel';
import type { Order, OrderStatus } from '../../domain/order.ts';

/** In the order of their numbers on disk and in rows, which are never changed. */
export const ORDER_STATUSES: readonly OrderStatus[] = ['CONFIRMED', 'REFUNDED'];

/** Orders in the history: all of them, from the moment they are made. */
export const ORDER_SHAPE: HistoryShape<Order> = {
  recordType: 13,
  name: 'orders',
  decode: decodeOrder,
  keyOf: ({ id }) => wordsOf('ord', id),
  versionOf: ({ version }) => version,
  hasEnded: () => true,
};

export const wordsOf = (prefix: string, id: string): IdWords => present(parseId(prefix, id), `${prefix} id`);

export function encodeOrder(record: Order, writer: ByteWriter): void {
  writer.id(wordsOf('ord', record.id));
  writer.u32(record.version);
  writer.u8(ORDER_STATUSES.indexOf(record.status));
  writer.u53(record.createdAtMs);
  writer.id(wordsOf('pay', record.paymentIntentId));
  writer.id(record.ticketSecret);
}

export function decodeOrder(_layoutVersion: number, reader: ByteReader): Order {
  return {
    id: formatId('ord', reader.id()),
    version: reader.u32(),
    status: present(ORDER_STATUSES[reader.u8()], 'status'),
    createdAtMs: epochMs(reader.u53()),
    paymentIntentId: formatId('pay', reader.id()),
    ticketSecret: reader.id(),
  };
}
