import { ReceiverService } from '@traffic-tacos/contracts';
import { DeliverEventsRequest } from '@traffic-tacos/contracts/proto/payment/v1/receiver';
import type { Publisher } from '@traffic-tacos/journal';
import { Unavailable } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';

/** The payment service does not take events, such as for this service's credential: somebody has to mend that, and then it is told again. */
class EventsNotTaken extends Unavailable {
  override readonly name = 'EventsNotTaken';
}

/** What receivers can be registered for of this service's events. Whether anybody is, the payment service knows. */
const WANTED: ReadonlySet<string> = new Set(['reservation.confirmed', 'reservation.cancelled', 'reservation.expired']);

/** Tells the payment service in another process what registered receivers may want to hear of. What it has not answered is told again, and may have been taken. */
export function tellPayment(channel: GrpcChannel): Publisher {
  const client = createUnaryClient(channel, ReceiverService, { idempotent: ['deliverEvents'] });
  return {
    wants: (type) => WANTED.has(type),
    publish: async (events) => {
      const told = events.map(({ detail }) => ({ id: detail.id, type: detail.type, detailJson: JSON.stringify(detail) }));
      const answer = await client.deliverEvents(DeliverEventsRequest.create({ events: told }));
      if (answer.kind === 'refused') throw new EventsNotTaken(`payment refused events: ${answer.refusal.status} ${answer.refusal.message}`);
      return [];
    },
  };
}
