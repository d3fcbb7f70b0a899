import { HoldRecordService } from '@traffic-tacos/contracts';
import { CheckBooksRequest, ListHoldsRequest, ReadHoldsRequest, type HoldRecord, type RecordDifference } from '@traffic-tacos/contracts/proto/reservation/v1/reconcile';
import type { HoldState } from '@traffic-tacos/inventory';
import { amountMinor, count, durationMs, epochMs, isCurrencyCode } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import { DIFFERENCES, type Difference, type DifferenceKind, type DifferenceOutcome, type HoldFacts } from '@traffic-tacos/platform';
import { asked, wordOf } from './asked.ts';
import { OwnerAway } from './owner-away.ts';

export interface HoldPage {
  readonly holds: readonly HoldFacts[];
  /** -1 after the last. */
  readonly nextCursor: number;
}

/** The holds of an inventory in another process. Each question may reject with `OwnerAway`. */
export interface HoldRecords {
  read(reservationIds: readonly string[]): Promise<readonly HoldFacts[]>;
  /** Those that were made together with a reservation. */
  page(cursor: number): Promise<HoldPage>;
  /** How far the inventory's journal is. */
  sequence(): Promise<number>;
  /** What is wrong in its books: as of now, or as last found. */
  books(now: boolean): Promise<{ readonly holds: number; readonly differences: readonly Difference[]; readonly more: number }>;
}

/** The books are looked at as a whole, which takes its time: so they have a channel of their own. */
export function grpcHoldRecords(channel: GrpcChannel, patient: GrpcChannel): HoldRecords {
  const client = createUnaryClient(channel, HoldRecordService, { idempotent: ['readHolds', 'listHolds'] });
  const books = createUnaryClient(patient, HoldRecordService, { idempotent: ['checkBooks'] });
  return {
    read: async (reservationIds) => {
      if (reservationIds.length === 0) return [];
      return (await asked('inventory', client.readHolds(ReadHoldsRequest.create({ reservationIds: [...reservationIds] })))).holds.map(factsOf);
    },
    page: async (cursor) => {
      const { holds, nextCursor } = await asked('inventory', client.listHolds(ListHoldsRequest.create({ cursor })));
      return { holds: holds.map(factsOf), nextCursor };
    },
    sequence: async () => (await asked('inventory', client.listHolds(ListHoldsRequest.create({ isGlance: true })))).appliedSequence,
    books: async (now) => {
      const { holds, differences, more } = await asked('inventory', books.checkBooks(CheckBooksRequest.create({ now })));
      return { holds, differences: differences.map(differenceOf), more };
    },
  };
}

const STATES: Readonly<Record<HoldState, true>> = { held: true, committed: true, released: true, expired: true, returned: true };
const OUTCOMES: Readonly<Record<DifferenceOutcome, true>> = { healed: true, waiting: true, alarmed: true };
const KINDS = Object.fromEntries(Object.keys(DIFFERENCES).map((kind) => [kind, true])) as Readonly<Record<DifferenceKind, true>>;

function factsOf({ reservationId, eventId, userId, state, sectionId, seatIds, quantity, totalMinor, currency, expiresAtMs, extendedByMs, changedAtMs, standsAlone }: HoldRecord): HoldFacts {
  if (!isCurrencyCode(currency)) throw new OwnerAway('inventory', `the currency ${currency} has no meaning here`);
  return {
    reservationId, eventId, userId, state: wordOf('inventory', STATES, state), sectionId: sectionId === '' ? undefined : sectionId, seatIds, quantity: count(quantity),
    totalMinor: amountMinor(totalMinor), currency, expiresAtMs: epochMs(expiresAtMs), extendedByMs: durationMs(extendedByMs), changedAtMs: epochMs(changedAtMs), standsAlone,
  };
}

const differenceOf = ({ kind, invariant, subject, detail, outcome }: RecordDifference): Difference => ({
  kind: wordOf('inventory', KINDS, kind), invariant, subject, detail, outcome: wordOf('inventory', OUTCOMES, outcome),
});
