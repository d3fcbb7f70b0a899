import type { WebhookDelivery } from '../domain/webhook.ts';
import type { WebhookQueue } from '../ports/webhook-queue.ts';

export interface DeadLetterPage {
  readonly webhooks: readonly WebhookDelivery[];
  /** The `after` of the next page; undefined at the end. */
  readonly next: string | undefined;
}

/** Messages that were given up, the first given up first, after the one that ended an earlier page. */
export type ListDeadLetters = (after: string | undefined, limit: number) => DeadLetterPage;

export const createListDeadLetters =
  (queue: Pick<WebhookQueue, 'deadLetters'>): ListDeadLetters =>
  (after, limit) => {
    const all = queue.deadLetters();
    // A message that has been sent again since is not found, and its page begins anew: nothing is left out.
    const from = after === undefined ? 0 : all.findIndex(({ webhookId }) => webhookId === after) + 1;
    const webhooks = all.slice(from, from + limit);
    return { webhooks, next: from + limit < all.length ? webhooks.at(-1)?.webhookId : undefined };
  };
