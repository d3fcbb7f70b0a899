import { countBy, createMethodTimers, METRICS, timed, type KeyResult, type Metrics } from '@traffic-tacos/kit';
import type { PaymentUseCases } from '../../application/use-cases.ts';

interface Keyed {
  readonly idempotencyKey: string | undefined;
}

/** The same use cases, measured. */
export function measuredUseCases(useCases: PaymentUseCases, metrics: Metrics): PaymentUseCases {
  const timer = createMethodTimers(metrics, 'payment');
  const keyed = countBy<KeyResult>(metrics.counter(METRICS.idempotencyRequests));
  const withKey =
    <Request extends Keyed, Outcome extends { readonly kind: string }>(name: string, run: (request: Request) => Promise<Outcome>) =>
      timed(timer(name), async (request: Request) => {
        const outcome = await run(request);
        if (request.idempotencyKey !== undefined) keyed(keyResultOf(outcome));
        return outcome;
      });
  return {
    createIntent: withKey('createIntent', useCases.createIntent),
    processIntent: withKey('processIntent', useCases.processIntent),
    cancelIntent: timed(timer('cancelIntent'), useCases.cancelIntent),
    refundIntent: withKey('refundIntent', useCases.refundIntent),
    simulateWebhook: timed(timer('simulateWebhook'), useCases.simulateWebhook),
    readIntent: timed(timer('readIntent'), useCases.readIntent),
    listIntents: timed(timer('listIntents'), useCases.listIntents),
  };
}

const keyResultOf = ({ kind }: { readonly kind: string }): KeyResult =>
  kind === 'idempotency_conflict' ? 'conflict' : kind === 'replayed' ? 'replayed' : 'new';
