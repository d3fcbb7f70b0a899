import { RememberedIds } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';

/** The ids of webhooks that have had their effect. */
export class WebhookIdTable extends RememberedIds {
  constructor({ webhookIds }: Pick<Limits, 'webhookIds'>) {
    super(31, 'webhook received', webhookIds);
  }
}
