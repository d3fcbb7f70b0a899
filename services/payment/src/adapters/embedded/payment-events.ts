import type { ByteReader, FoundEvents, OutboxSource } from '@traffic-tacos/journal';
import { cancellationEvent, paymentEvents } from '../../domain/payment-event.ts';
import { decodeIntent, INTENT_SHAPE } from './intent-codec.ts';

/**
 * The events of this service: each image of an intent carries the facts that it is the first to show. That an intent was cancelled is no event of the bus, and is made only
 * where a registered receiver is to hear of it.
 */
export class PaymentEvents implements OutboxSource {
  readonly recordTypes: readonly number[] = [INTENT_SHAPE.recordType];

  read(_type: number, layout: number, reader: ByteReader, _start: number, _end: number, found: FoundEvents): void {
    const image = decodeIntent(layout, reader);
    for (const event of paymentEvents(image)) {
      if (found.wants(event.detail.type)) found.add(event);
      else found.pass();
    }
    if (image.status === 'CANCELLED' && found.wants('payment.cancelled')) found.add(cancellationEvent(image));
  }
}
