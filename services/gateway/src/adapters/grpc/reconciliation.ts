import { ReconcileService } from '@traffic-tacos/contracts';
import { ReconcileRequest, type RecordDifference, type ReconcileResponse } from '@traffic-tacos/contracts/proto/reservation/v1/reconcile';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { FoundDifference, Reconciliation, ReconciliationReport } from '../../ports/reconciliation.ts';
import { responseOf, UnexpectedAnswer } from './upstream-refusals.ts';

/**
 * The gateway's way to the reconciler in the reservation service's process. The channel is patient: each call waits some seconds for the look, and is
 * repeated until that is over.
 */
export function grpcReconciliation(channel: GrpcChannel): Reconciliation {
  const client = createUnaryClient(channel, ReconcileService, { idempotent: ['reconcile'] });
  const ask = async (): Promise<ReconciliationReport> => {
    for (let look = 0; ; ) {
      const answer = responseOf(await client.reconcile(ReconcileRequest.create({ look })));
      if (answer.isOver) return reportOf(answer);
      look = answer.look;
    }
  };
  let asked: Promise<ReconciliationReport> | undefined;
  return {
    run: () => {
      asked ??= ask().finally(() => (asked = undefined));
      return asked;
    },
  };
}

const reportOf = ({ holds, reservations, orders, intents, differences, more, unreached }: ReconcileResponse): ReconciliationReport => ({
  lookedAt: { holds, reservations, orders, intents }, differences: differences.map(foundOf), more, unreached,
});

function foundOf({ kind, means, subject, detail, outcome }: RecordDifference): FoundDifference {
  if (outcome !== 'healed' && outcome !== 'waiting' && outcome !== 'alarmed') throw new UnexpectedAnswer(`the outcome ${outcome} of ${kind}`);
  return { kind, means, subject, detail, outcome };
}
