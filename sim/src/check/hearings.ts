import type { Ground } from '../machine/planting.ts';
import { fieldOf, type Receivers } from '../machine/receivers.ts';
import type { Books } from './books.ts';
import { must } from './breach.ts';

/** Which statuses a reservation may have by the time at which somebody hears of one. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  'reservation.confirmed': ['CONFIRMED', 'REFUNDED'],
  'reservation.cancelled': ['CANCELLED'],
};

/** What receivers hear: only what was announced, in the same words every time, and in the end all of it. */
export class Hearings {
  /** The bytes of each message, by its id. */
  readonly #bodies = new Map<string, string>();

  /** A message arrives. Answers the id of the event that it is about. */
  arrives(books: Books, { webhookId, body }: { readonly webhookId: string; readonly body: string }): string {
    const before = this.#bodies.get(webhookId);
    must(before === undefined || before === body, 'webhooks', webhookId, 'says something else than the first time');
    this.#bodies.set(webhookId, body);
    const [id, type] = [fieldOf(body, 'id'), fieldOf(body, 'type')];
    if (type.startsWith('payment.')) checkPayment(books, id);
    const allowed = AFTER[type];
    if (allowed === undefined) return id;
    const status = books.durable('reservation', fieldOf(body, 'reservation_id'))?.status ?? 'nothing';
    must(allowed.includes(status), 'webhooks', id, () => `tells of ${type}, and ${status} is on disk`);
    return id;
  }

  /** Once nothing is under way any more: each result has reached everybody to whom that was promised, stands in the dead letters, or waits for a later attempt. */
  checkAtRest(books: Books, factsAtMs: ReadonlyMap<string, number>, { tables, clock }: Ground, receivers: Receivers): void {
    const standing = standingIn(tables);
    const nowMs = clock.nowMs();
    for (const { url, heard, promisedSinceMs } of receivers.all) {
      if (promisedSinceMs === undefined) continue;
      for (const { id, sequence } of books.intent.values()) {
        for (let number = 1; number <= sequence; number++) {
          const eventId = `${id}.${number}`;
          if (heard.has(eventId) || (factsAtMs.get(eventId) ?? 0) <= promisedSinceMs) continue;
          const message = standing.get(`${url ?? 'own'} ${eventId}`);
          must(message !== undefined, 'webhooks', eventId, () => `has not reached ${url ?? 'the platform'}, and nobody will send it`);
          must(message?.state === 'dead' || (message?.dueAtMs ?? 0) > nowMs, 'webhooks', eventId, 'should have been sent by now');
        }
      }
    }
  }
}

/** I6: nobody hears of a result that could still be taken back. */
function checkPayment(books: Books, id: string): void {
  const [intentId = '', sequence = ''] = id.split('.');
  const intent = books.durable('intent', intentId);
  must(intent !== undefined && Number(sequence) >= 1 && Number(sequence) <= intent.sequence, 'webhooks', id, 'is told of, and was never announced');
}

/** What has not been accepted yet, by receiver and event. */
function standingIn({ payment: { deliveries } }: Ground['tables']): ReadonlyMap<string, { readonly state: string; readonly dueAtMs: number }> {
  const standing = new Map<string, { readonly state: string; readonly dueAtMs: number }>();
  for (let cursor = 0; cursor !== -1; ) {
    cursor = deliveries.scan(cursor, 1_000, (message) => {
      standing.set(`${message.url ?? 'own'} ${fieldOf(message.body, 'id')}`, message);
    });
  }
  return standing;
}
