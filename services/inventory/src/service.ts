import type { RecordTable, Units } from '@traffic-tacos/journal';
import { epochMs, type Clock, type EpochMs, type Limits } from '@traffic-tacos/kernel';
import { createMetrics, type GrpcService, type Metrics, type Route } from '@traffic-tacos/kit';
import { AuditView } from './adapters/embedded/audit-view.ts';
import { StoredHolds } from './adapters/embedded/stored-holds.ts';
import { EmbeddedInventoryStore, createDeciders, type Deciders } from './adapters/embedded/inventory-store.ts';
import type { InventoryMemory } from './adapters/embedded/memory.ts';
import { PublicViews } from './adapters/embedded/public-views.ts';
import type { FlushFeed } from './adapters/embedded/publisher.ts';
import { measuredStore } from './adapters/metrics/measured-store.ts';
import { holdRecordRpcs, type BooksReport } from './api/grpc/hold-record-rpcs.ts';
import { inventoryRpcs } from './api/grpc/inventory-rpcs.ts';
import { availabilityRoute } from './api/rest/availability.ts';
import { listEventsRoute } from './api/rest/list-events.ts';
import { putEventRoute } from './api/rest/put-event.ts';
import { readEventRoute } from './api/rest/read-event.ts';
import { seatsRoute } from './api/rest/seats.ts';
import { auditInventory, type Breach, type InventoryView } from './domain/invariants.ts';
import { createHoldSweeper, type HoldSweeper, type Sweeping, type SweptHolds } from './hold-sweeper.ts';
import type { InventoryStore } from './ports/inventory-store.ts';
import type { EventFacts, EventPage, EventQuery, SeatMapOutcome } from './ports/inventory-views.ts';

export interface InventoryDependencies {
  /** Made before, since the journal fills it. */
  readonly memory: InventoryMemory;
  readonly units: Units;
  readonly clock: Clock;
  readonly journal: FlushFeed;
  readonly limits: Limits;
  /** HOLD_SECONDS, in ms: for holds that are asked for over gRPC. A hold that joins another service's unit says itself how long it lasts. */
  readonly holdMs: number;
  /** HOLD_EXTENSION_MAX_SECONDS, in ms. */
  readonly extensionMaxMs: number;
  /** Where it is measured. Nobody reads the figures of a service that is given none. */
  readonly metrics?: Metrics | undefined;
}

/** What strangers see, without waiting. */
export interface InventoryReads {
  event(eventId: string): EventFacts | undefined;
  events(query: EventQuery): EventPage;
  seatMap(eventId: string, section: string | undefined): SeatMapOutcome;
}

export interface InventoryService {
  /** The routes of port 8020. */
  readonly routes: readonly Route[];
  /** The services of port 8021. */
  readonly rpcs: readonly GrpcService[];
  /** What the reconciler in another process asks: `checkBooks` answers what is wrong in the books, `appliedSequence` how far this journal is. */
  recordRpcs(desk: RecordDesk): readonly GrpcService[];
  readonly tables: readonly RecordTable<unknown>[];
  /** Decisions that join the caller's unit of work. */
  readonly decide: Deciders;
  /** Decisions in units of their own. */
  readonly store: InventoryStore;
  readonly reads: InventoryReads;
  /** Everything stored, for audits over several services. */
  readonly view: InventoryView;
  audit(): readonly Breach[];
  /**
   * Shows what was recovered and follows the journal from then on. With `sweeping`, holds that stand alone are ended when they are over; those
   * that joined another service's unit are that service's to end.
   */
  start(sweeping?: Sweeping): void;
  /** Resolves when nothing is being ended any more. */
  stop(): Promise<void>;
}

/** What this process knows about its records besides them. */
export interface RecordDesk {
  checkBooks(now: boolean): Promise<BooksReport>;
  appliedSequence(): number;
}

/** The inventory service over the embedded store. */
export function createInventory(dependencies: InventoryDependencies): InventoryService {
  const { memory, units, clock, journal, limits, holdMs, extensionMaxMs, metrics = createMetrics({ processMetrics: false }) } = dependencies;
  const decide = createDeciders(memory, clock, { extensionMaxMs });
  const embedded = new EmbeddedInventoryStore(memory, decide, units, clock);
  const store = measuredStore(embedded, metrics);
  const view = new AuditView(memory);
  const swept: SweptHolds = {
    clock, collect: (limit) => embedded.aloneDueNow(limit), nextAtMs: () => instant(embedded.nextDueAtMs()), expire: (reservationId) => store.expire({ reservationId }),
  };
  let stopFollowing = (): void => undefined;
  let sweeper: HoldSweeper | undefined;
  return {
    routes: restRoutes(store, limits),
    rpcs: [inventoryRpcs({ store, limits, clock, holdMs })],
    recordRpcs: (desk) => [holdRecordRpcs({ ...desk, holds: new StoredHolds(memory), clock, limits, durable: () => units.durable() })],
    tables: memory.all,
    decide,
    store,
    reads: readsOf(new PublicViews(memory), clock),
    view,
    audit: () => auditInventory(view),
    start: (sweeping) => {
      memory.publisher.showAll();
      stopFollowing = journal.subscribe(memory.publisher);
      sweeper = sweeping === undefined ? undefined : createHoldSweeper(swept, sweeping);
      sweeper?.start();
    },
    stop: async () => {
      await sweeper?.stop();
      stopFollowing();
    },
  };
}

function restRoutes(store: InventoryStore, limits: Limits): readonly Route[] {
  return [
    putEventRoute(store, limits),
    listEventsRoute(store, limits),
    readEventRoute(store),
    availabilityRoute(store),
    seatsRoute(store, limits),
  ];
}

function readsOf(views: PublicViews, clock: Clock): InventoryReads {
  return {
    event: (eventId) => views.event(eventId, clock.nowMs()),
    events: (query) => views.events(query, clock.nowMs()),
    seatMap: (eventId, section) => views.seatMap(eventId, section, clock.nowMs()),
  };
}

const instant = (atMs: number | undefined): EpochMs | undefined => (atMs === undefined ? undefined : epochMs(atMs));
