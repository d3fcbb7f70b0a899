import type { ByteReader, FoundEvents, OutboxSource } from '@traffic-tacos/journal';
import { paymentEvents } from '../../domain/payment-event.ts';
import { decodeIntent, INTENT_SHAPE } from './intent-codec.ts';

/** The events of this service: each image of an intent carries the facts that it is the first to show. */
export class PaymentEvents implements OutboxSource {
  readonly recordTypes: readonly number[] = [INTENT_SHAPE.recordType];

  read(_type: number, layout: number, reader: ByteReader, _start: number, _end: number, found: FoundEvents): void {
    for (const event of paymentEvents(decodeIntent(layout, reader))) {
      if (found.wants(event.detail.type)) found.add(event);
      else found.pass();
    }
  }
}
