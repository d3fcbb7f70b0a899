import type { CommitCommand, ExpireCommand, ExtendCommand, HoldCommand, MoveSaleCommand, ReleaseCommand, ReserveCommand, ReturnCommand } from '../domain/commands.ts';
import type { EventDocument } from '../domain/event-document.ts';
import type { Hold } from '../domain/hold.ts';
import type {
  CommitOutcome,
  ExpireOutcome,
  ExtendOutcome,
  HoldOutcome,
  MoveSaleOutcome,
  PutEventOutcome,
  ReleaseOutcome,
  ReserveOutcome,
  ReturnOutcome,
} from '../domain/outcomes.ts';
import type { AvailabilityOutcome, AvailabilityQuery, EventFacts, EventPage, EventQuery, SeatFacts, SeatMapOutcome } from './inventory-views.ts';

/**
 * Where inventory is decided and kept. It speaks decisions: there is no reading, computing and writing back. It assumes no single
 * writer, and the clock that decides is the store's own. Every method may reject with `Unavailable`: the outcome is not known then,
 * and the same command may be repeated. What an answer rests on is durable before the answer is given.
 */
export interface InventoryStore {
  hold(command: HoldCommand): Promise<HoldOutcome>;
  /** As `hold`, and remembers by user, event and key which hold it made, for `limits.idempotencyTtlMs`, in one step with the hold. */
  reserve(command: ReserveCommand): Promise<ReserveOutcome>;
  commit(command: CommitCommand): Promise<CommitOutcome>;
  release(command: ReleaseCommand): Promise<ReleaseOutcome>;
  expire(command: ExpireCommand): Promise<ExpireOutcome>;
  extend(command: ExtendCommand): Promise<ExtendOutcome>;
  returnSeats(command: ReturnCommand): Promise<ReturnOutcome>;
  /** Creates the event, or changes it where nothing that is held or sold is lowered. */
  putEvent(document: EventDocument): Promise<PutEventOutcome>;
  /** Moves the time in which the event is sold, and nothing else of it. */
  moveSale(command: MoveSaleCommand): Promise<MoveSaleOutcome>;

  /** One hold as it stands now: never a moment old. */
  holdStatus(reservationId: string): Promise<Hold | undefined>;
  /** Reservation ids of holds that are over and that nobody has ended, at most `limit`. */
  dueHolds(limit: number): Promise<readonly string[]>;

  /** Seats of an event as the catalogue has them now, in the order asked for; those that it does not have are left out. */
  describeSeats(eventId: string, seatIds: readonly string[]): Promise<readonly SeatFacts[]>;

  /** Whether the event's waiting room must have let in whoever holds its places. False where there is no such event. */
  demandsAdmission(eventId: string): Promise<boolean>;

  /** For strangers: may be a moment old. */
  availability(query: AvailabilityQuery): Promise<AvailabilityOutcome>;
  /** For strangers: may be a moment old. */
  readEvents(query: EventQuery): Promise<EventPage>;
  /** For strangers: may be a moment old. */
  readEvent(eventId: string): Promise<EventFacts | undefined>;
  /** For strangers: may be a moment old. Of one section, or of all when none is named. */
  seatMap(eventId: string, section: string | undefined): Promise<SeatMapOutcome>;
}
