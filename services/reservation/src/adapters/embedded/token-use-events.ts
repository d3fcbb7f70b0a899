import type { ByteReader, FoundEvents, OutboxSource } from '@traffic-tacos/journal';
import { formatId, isoInstant } from '@traffic-tacos/kernel';
import { decodeTokenUse, TOKEN_USE_RECORD_TYPE } from './token-use-table.ts';

/** The type of the event by which waiting rooms in another process learn that a token was spent. */
export const ADMISSION_SPENT = 'admission.spent';

const SCHEMA_VERSION = 1;
const NO_TRACE = '0'.repeat(32);

/** What waiting rooms in another process are told: that a token was spent, and for what. Who made a token worthless knows it. */
export class TokenUseEvents implements OutboxSource {
  readonly recordTypes: readonly number[] = [TOKEN_USE_RECORD_TYPE];

  read(_type: number, layout: number, reader: ByteReader, _start: number, _end: number, found: FoundEvents): void {
    const { key, reservation, usedAtMs } = decodeTokenUse(layout, reader);
    if (reservation === undefined) return found.pass();
    const tokenId = formatId('rtk', key);
    found.add({
      source: 'reservation.service',
      detailType: 'Admission Spent',
      detail: {
        id: `${tokenId}.1`, type: ADMISSION_SPENT, version: SCHEMA_VERSION, sequence: 1, occurred_at: isoInstant(usedAtMs), trace_id: NO_TRACE,
        token_id: tokenId, reservation_id: formatId('rsv', reservation),
      },
    });
  }
}
