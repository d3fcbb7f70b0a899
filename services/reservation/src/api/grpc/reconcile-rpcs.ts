import { LONG_NAME_PREFIX, ReconcileService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import type { RecordDifference } from '@traffic-tacos/contracts/proto/reservation/v1/reconcile';
import { grpcService, invalidRequest, type GrpcService, type UnaryHandler } from '@traffic-tacos/kit';

/** What a look at the records of all services has come to. */
export interface LookReport {
  readonly counted: { readonly holds: number; readonly reservations: number; readonly orders: number; readonly intents: number };
  readonly differences: readonly RecordDifference[];
  readonly more: number;
  /** Services that did not answer all that they were asked. */
  readonly unreached: readonly string[];
}

/** Who compares, where the gateway that asks is in another process. */
export interface ReconcileDesk {
  /** Begins or joins a look, and waits for it for some seconds; without a report it is not over. */
  ask(look: number): Promise<{ readonly look: number; readonly report: LookReport | undefined }>;
}

type Rpc = typeof ReconcileService.reconcile;

/** `reservation.v1.ReconcileService`, under both of its names. */
export const reconcileRpcs = (desk: ReconcileDesk): GrpcService =>
  grpcService({ definition: ReconcileService, aliases: [`${LONG_NAME_PREFIX}reservation.v1.ReconcileService`], handlers: { reconcile: reconcileRpc(desk) } });

const NOTHING: LookReport = { counted: { holds: 0, reservations: 0, orders: 0, intents: 0 }, differences: [], more: 0, unreached: [] };

const reconcileRpc = (desk: ReconcileDesk): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> => async ({ look: wanted }) => {
  const invalid = invalidRequest(Number.isSafeInteger(wanted) && wanted >= 0 ? undefined : { field: 'look', reason: 'must be 0, or what the last answer has told' });
  if (invalid !== undefined) return invalid;
  const { look, report } = await desk.ask(wanted);
  const { counted, differences, more, unreached } = report ?? NOTHING;
  return { look, isOver: report !== undefined, ...counted, differences: [...differences], more, unreached: [...unreached] };
};
