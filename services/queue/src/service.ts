import type { Joinable, Units } from '@traffic-tacos/journal';
import { parseId, Unavailable, type Clock, type EventId, type Limits, type Random, type ReservationId, type UserId } from '@traffic-tacos/kernel';
import { createMetrics, type Metrics, type Route } from '@traffic-tacos/kit';
import { EmbeddedQueueStore, type AdmissionSettings } from './adapters/embedded/queue-store.ts';
import type { QueueTables } from './adapters/embedded/tables.ts';
import { createQueueMeters } from './adapters/metrics/queue-meters.ts';
import { drawRoutes } from './api/rest/draw.ts';
import { enterRoute } from './api/rest/enter.ts';
import { joinRoute } from './api/rest/join.ts';
import { leaveRoutes } from './api/rest/leave.ts';
import { statusRoute } from './api/rest/status.ts';
import { holderIn } from './api/rest/token-query.ts';
import { checkAdmission } from './application/check-admission.ts';
import type { QueueContext } from './application/context.ts';
import { fairnessReport, type FairnessReport } from './application/fairness-report.ts';
import { Followers, type FollowListener } from './application/followers.ts';
import { joinQueue, type JoinAnswer, type JoinCommand } from './application/join-queue.ts';
import { QueueTokens, type QueueKey } from './application/queue-tokens.ts';
import { createTicker, type Scheduler, type Ticker } from './application/ticker.ts';
import { enterQueue, leaveQueue, readStatus, type EnterAnswer, type PlaceCommand } from './application/use-place.ts';
import type { Durability } from './ports/durability.ts';
import type { OnSales } from './ports/on-sales.ts';
import type { TokenSpender } from './ports/token-spender.ts';
import type { ControlOutcome, Grant, LeaveOutcome, PlaceReading, RoomControl, RoomReading } from './ports/queue-store.ts';

export interface QueueDependencies {
  /** Made before, since the journal fills them. */
  readonly tables: QueueTables;
  readonly units: Units;
  readonly journal: Durability;
  readonly onSales: OnSales;
  readonly keys: readonly QueueKey[];
  readonly machine: { readonly clock: Clock; readonly random: Random; readonly scheduler: Scheduler };
  readonly settings: AdmissionSettings & { readonly limits: Limits };
  /** Who spends tokens, where that is another process. */
  readonly spender?: TokenSpender | undefined;
  /** Where it is measured. Nobody reads the figures of a service that is given none. */
  readonly metrics?: Metrics | undefined;
}

/** The waiting rooms of all events. */
export interface QueueService {
  /** Routes of port 8000. */
  readonly routes: readonly Route[];
  join(command: JoinCommand): Promise<JoinAnswer>;
  /** How a place stands. Its owner has been heard of. Undefined where there is none. */
  status(waitingToken: string): PlaceReading | undefined | Promise<PlaceReading | undefined>;
  /** Who holds a waiting token, as a text that tells holders apart; undefined for one that is forged. */
  holderOf(waitingToken: string): string | undefined;
  enter(command: PlaceCommand): Promise<EnterAnswer>;
  /** For good; `isSoft`: until the next poll. */
  leave(command: PlaceCommand, isSoft?: boolean): Promise<LeaveOutcome>;
  /**
   * Tells every change of a place from now on: of its position about once a second, of anything else with the tick that made it. A place that is
   * followed is heard of. Undefined: there is no such place. `too_many`: `limits.queueFollowers` is reached. Otherwise a function that ends it.
   */
  follow(waitingToken: string, listener: FollowListener): (() => void) | 'too_many' | undefined;
  /** What a reservation token grants; undefined for one that is forged or foreign. */
  checkAdmission(reservationToken: string, eventId: EventId, userId: UserId): Grant | undefined;
  /** A token, by the id that it begins with, was spent in another process. Told at least once; the first time has an effect. */
  tokenSpent(tokenId: string, reservationId: ReservationId): Joinable<void>;
  /** The hold of a reservation has ended, by whatever: its slot returns. For decisions that join the unit that ends it. */
  holdEnded(reservationId: ReservationId): Joinable<void>;
  /** An operator's word. Everybody who waits hears of it with their next poll. */
  control(eventId: EventId, control: RoomControl): Promise<ControlOutcome>;
  /** Undefined where nobody has ever joined. */
  room(eventId: EventId): RoomReading | undefined;
  /**
   * The room of an event, on the event's own terms, and what it would be where nobody has joined yet. Undefined where there is no such event. May reject
   * with `Unavailable` where events are in another process and the room is not known.
   */
  readRoom(eventId: EventId): Promise<RoomReading | undefined>;
  rooms(): Iterable<RoomReading>;
  /** Waits by percentile, turns that were missed, and those that overtook somebody; undefined where nobody has ever joined. */
  fairness(eventId: EventId): FairnessReport | undefined;
  /** Every lease starts anew, and people are let in from then on. `onFailure` is told of a fault of ours, after which nothing is let in any more. */
  start(observe: { readonly onFailure: (cause: unknown) => void }): void;
  /** Resolves when no tick runs any more. */
  stop(): Promise<void>;
}

/** The waiting rooms over the embedded store. */
export function createQueue(dependencies: QueueDependencies): QueueService {
  const { tables, units, journal, onSales, keys, machine, settings, spender, metrics = createMetrics({ processMetrics: false }) } = dependencies;
  const { clock, random, scheduler } = machine;
  const store = new EmbeddedQueueStore({ tables, units, clock, journal, onSales, random, settings, spender });
  const meters = createQueueMeters(metrics, () => store.rooms());
  const tokens = new QueueTokens(keys, store);
  let ticker: Ticker | undefined;
  const wake = (): void => ticker?.wake();
  const context: QueueContext = { store, onSales, tokens, spender, meters, clock, random, wake };
  const readRoom = async (eventId: EventId): Promise<RoomReading | undefined> => {
    try {
      if (onSales.find(eventId) === undefined) await onSales.learn(eventId);
    } catch (cause) {
      // What is known of a room is told also while nobody answers for its event.
      if (!(cause instanceof Unavailable) || store.room(eventId) === undefined) throw cause;
    }
    return store.roomToBe(eventId);
  };
  const followers = new Followers(store, settings.limits.queueFollowers);
  return {
    routes: [joinRoute(context, settings.limits), statusRoute(context), enterRoute(context), ...leaveRoutes(context), ...drawRoutes(context, settings.limits)],
    join: (command) => joinQueue(context, command),
    status: (waitingToken) => readStatus(context, waitingToken),
    holderOf: holderIn(tokens),
    enter: (command) => enterQueue(context, command),
    leave: (command, isSoft = false) => leaveQueue(context, command, isSoft),
    follow: (waitingToken, listener) => {
      const key = tokens.readWaitingToken(waitingToken);
      return key === undefined ? undefined : followers.follow(key, listener);
    },
    checkAdmission: (reservationToken, eventId, userId) => checkAdmission(context, reservationToken, eventId, userId),
    tokenSpent: (tokenId, reservationId) => {
      const key = parseId('rtk', tokenId);
      return key === undefined ? () => undefined : store.tokenSpent(key, reservationId);
    },
    holdEnded: (reservationId) => store.holdEnded(reservationId),
    control: async (eventId, control) => {
      // A schedule is judged by the sale as it is: what was heard of it earlier may have been moved since, and would be moved back.
      if (control.kind === 'schedule' || onSales.find(eventId) === undefined) await onSales.learn(eventId);
      const outcome = await store.control(eventId, control);
      followers.tell();
      return outcome;
    },
    room: (eventId) => store.room(eventId),
    readRoom,
    rooms: () => store.rooms(),
    fairness: (eventId) => fairnessReport(store, eventId),
    start: ({ onFailure }) => {
      tables.memory.startLeases(clock.nowMs());
      ticker = createTicker({ store, meters, scheduler, onTicked: () => followers.tell(), onFailure, isPassing: (cause) => cause instanceof Unavailable });
      ticker.wake();
    },
    stop: async () => {
      await ticker?.stop();
    },
  };
}
