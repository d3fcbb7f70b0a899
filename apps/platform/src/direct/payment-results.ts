import type { PaymentResults } from '@traffic-tacos/gateway';
import { followOnce, type FollowOnceDeps } from './follow-once.ts';

/** Has results that came as webhooks followed in the same process. */
export function directPaymentResults(deps: FollowOnceDeps): PaymentResults {
  const follow = followOnce(deps);
  return {
    follow: async ({ webhookId, paymentIntentId }) => {
      const { kind } = await follow(webhookId, paymentIntentId);
      return { kind };
    },
  };
}
