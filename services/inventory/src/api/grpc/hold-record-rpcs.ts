import { HoldRecordService, LONG_NAME_PREFIX, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import type { HoldRecord, RecordDifference } from '@traffic-tacos/contracts/proto/reservation/v1/reconcile';
import type { Clock, EpochMs, Limits } from '@traffic-tacos/kernel';
import { grpcService, invalidRequest, type GrpcService, type UnaryHandler } from '@traffic-tacos/kit';
import { isDue, stateAt, type Hold } from '../../domain/hold.ts';

/** Rows that one call looks at: some half a millisecond. */
const ROWS_PER_PIECE = 512;

/** What is wrong in the books. */
export interface BooksReport {
  readonly holds: number;
  readonly differences: readonly Omit<RecordDifference, 'means'>[];
  readonly more: number;
}

/** What the reconciler in another process is answered from. */
export interface HoldRecordDesk {
  readonly holds: {
    find(reservationId: string): Hold | undefined;
    joined(cursor: number, budget: number, visit: (hold: Hold) => void): number;
  };
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly limits: Pick<Limits, 'reconcilePage'>;
  checkBooks(now: boolean): Promise<BooksReport>;
  appliedSequence(): number;
  /** Resolves when everything that was read is on disk. */
  durable(): Promise<void>;
}

type Handler<Rpc> = UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>>;

/** `reservation.v1.HoldRecordService`, under both of its names. */
export const holdRecordRpcs = (desk: HoldRecordDesk): GrpcService =>
  grpcService({
    definition: HoldRecordService,
    aliases: [`${LONG_NAME_PREFIX}reservation.v1.HoldRecordService`],
    handlers: { readHolds: readHoldsRpc(desk), listHolds: listHoldsRpc(desk), checkBooks: checkBooksRpc(desk) },
  });

const readHoldsRpc = ({ holds, clock, limits, durable }: HoldRecordDesk): Handler<typeof HoldRecordService.readHolds> => async ({ reservationIds }) => {
  const invalid = invalidRequest(reservationIds.length <= limits.reconcilePage ? undefined : { field: 'reservation_ids', reason: `must be at most ${limits.reconcilePage}` });
  if (invalid !== undefined) return invalid;
  const nowMs = clock.nowMs();
  const found = reservationIds.flatMap((id) => holds.find(id) ?? []).map((hold) => recordOf(hold, nowMs));
  await durable();
  return { holds: found };
};

const listHoldsRpc = ({ holds, clock, appliedSequence, durable }: HoldRecordDesk): Handler<typeof HoldRecordService.listHolds> => async ({ cursor, isGlance }) => {
  const invalid = invalidRequest(Number.isSafeInteger(cursor) && cursor >= 0 ? undefined : { field: 'cursor', reason: 'must be 0, or what the last answer has told' });
  if (invalid !== undefined) return invalid;
  const found: HoldRecord[] = [];
  const sequence = appliedSequence();
  const nowMs = clock.nowMs();
  const nextCursor = isGlance ? -1 : holds.joined(cursor, ROWS_PER_PIECE, (hold) => found.push(recordOf(hold, nowMs)));
  await durable();
  return { holds: found, nextCursor, appliedSequence: sequence };
};

const checkBooksRpc = ({ checkBooks }: HoldRecordDesk): Handler<typeof HoldRecordService.checkBooks> => async ({ now }) => {
  const { holds, differences, more } = await checkBooks(now);
  return { holds, differences: differences.map((difference) => ({ ...difference, means: '' })), more };
};

/** As it will be written once somebody has noticed that it is over. */
function recordOf(hold: Hold, nowMs: EpochMs): HoldRecord {
  const { reservationId, eventId, userId, sectionId = '', seatIds, quantity, totalMinor, currency, expiresAtMs, extendedByMs, changedAtMs, standsAlone } = hold;
  return {
    reservationId, eventId, userId, state: stateAt(hold, nowMs), sectionId, seatIds: [...seatIds], quantity, totalMinor, currency, expiresAtMs, extendedByMs,
    changedAtMs: isDue(hold, nowMs) ? expiresAtMs : changedAtMs, standsAlone,
  };
}
