import { Units, type Joinable } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, ManualClock, NO_ROW, epochMs, parseId, type Limits } from '@traffic-tacos/kernel';
import { holdFacts } from '../../src/adapters/embedded/hold-facts.ts';
import { EmbeddedInventoryStore, createDeciders, type Deciders } from '../../src/adapters/embedded/inventory-store.ts';
import { createInventoryMemory, type InventoryMemory } from '../../src/adapters/embedded/memory.ts';
import { PublicViews } from '../../src/adapters/embedded/public-views.ts';
import type { MovePlaces } from '../../src/adapters/embedded/place-moves.ts';
import type { Rules } from '../../src/adapters/embedded/rules.ts';
import { AuditView } from '../../src/adapters/embedded/audit-view.ts';
import type { Hold } from '../../src/domain/hold.ts';
import { auditInventory, type Breach } from '../../src/domain/invariants.ts';
import type { HoldCommand } from '../../src/domain/commands.ts';
import type { HoldOutcome } from '../../src/domain/outcomes.ts';
import { SMALL_EVENT, eventDocument, holdCommand } from '../../src/testing/builders.ts';
import { MemoryJournal } from './memory-journal.ts';

/** Far fewer rows than a machine has, so that tables at their limits are quick to reach. */
export const TEST_LIMITS: Limits = { ...DEFAULT_LIMITS, holdRows: 20_000, users: 10_000, events: 100 };

export interface WorldOptions {
  readonly limits?: Partial<Limits>;
  readonly rules?: Rules;
  readonly move?: MovePlaces;
  readonly extensionMaxMs?: number;
  /** How far wall time is from the clock that decides. */
  readonly wallOffsetMs?: () => number;
}

/** An inventory on a journal in memory, whose clock the test moves. */
export interface World {
  readonly memory: InventoryMemory;
  readonly journal: MemoryJournal;
  readonly clock: ManualClock;
  readonly units: Units;
  readonly decide: Deciders;
  readonly store: EmbeddedInventoryStore;
  /** What strangers see. */
  readonly views: PublicViews;
  /** Decides and applies at once. */
  run<Outcome>(decide: Joinable<Outcome>): Outcome;
  /** Decides the n-th hold of the small event, and applies it at once. */
  hold(n: number, changes?: Partial<HoldCommand>): HoldOutcome;
  putEvent(document: unknown): string;
  /** A hold as it stands now. */
  status(reservationId: string): Hold | undefined;
  audit(): readonly Breach[];
}

export function createWorld(options: WorldOptions = {}): World {
  const { limits = {}, rules, move, extensionMaxMs = 60_000, wallOffsetMs = () => 0 } = options;
  const all = { ...TEST_LIMITS, ...limits };
  const clock = new ManualClock();
  const journal = new MemoryJournal();
  const memory = createInventoryMemory(all, move);
  const units = new Units(journal, all.decideAttempts);
  const wall = { wallMs: () => epochMs(clock.wallMs() + wallOffsetMs()) };
  const decide = createDeciders(memory, wall, { extensionMaxMs, ...(rules === undefined ? {} : { rules }) });
  const store = new EmbeddedInventoryStore(memory, decide, units, clock);
  memory.publisher.showAll();
  journal.subscribe(memory.publisher);
  return {
    memory,
    journal,
    clock,
    units,
    decide,
    store,
    views: new PublicViews(memory),
    run: (decision) => units.decideNow(decision),
    hold: (n, changes) => units.decideNow((unit) => decide.hold(unit, holdCommand(n, changes), clock.nowMs())),
    putEvent: (document) => units.decideNow((unit) => decide.putEvent(unit, eventDocument(document, all), clock.nowMs())).kind,
    status: (reservation) => {
      const key = parseId('rsv', reservation);
      const row = key === undefined ? NO_ROW : memory.rows.find(key);
      return row === NO_ROW ? undefined : holdFacts(memory, row, clock.nowMs());
    },
    audit: () => auditInventory(new AuditView(memory)),
  };
}

/** A world with the small event in it. */
export function smallWorld(options: WorldOptions = {}): World {
  const world = createWorld(options);
  world.putEvent(SMALL_EVENT);
  return world;
}
