import { Units, type Joinable } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, ManualClock, type Limits } from '@traffic-tacos/kernel';
import { EmbeddedInventoryStore, createDeciders, type Deciders } from '../../src/adapters/embedded/inventory-store.ts';
import { createInventoryMemory, type InventoryMemory } from '../../src/adapters/embedded/memory.ts';
import type { MovePlaces } from '../../src/adapters/embedded/place-moves.ts';
import type { Rules } from '../../src/adapters/embedded/rules.ts';
import { AuditView } from '../../src/adapters/embedded/audit-view.ts';
import { auditInventory, type Breach } from '../../src/domain/invariants.ts';
import { SMALL_EVENT, eventDocument } from '../../src/testing/builders.ts';
import { MemoryJournal } from './memory-journal.ts';

/** Far fewer rows than a machine has, so that tables at their limits are quick to reach. */
export const TEST_LIMITS: Limits = { ...DEFAULT_LIMITS, holdRows: 20_000, users: 10_000, events: 100 };

export interface WorldOptions {
  readonly limits?: Partial<Limits>;
  readonly rules?: Rules;
  readonly move?: MovePlaces;
}

/** An inventory on a journal in memory, whose clock the test moves. */
export interface World {
  readonly memory: InventoryMemory;
  readonly journal: MemoryJournal;
  readonly clock: ManualClock;
  readonly units: Units;
  readonly decide: Deciders;
  readonly store: EmbeddedInventoryStore;
  /** Decides and applies at once. */
  run<Outcome>(decide: Joinable<Outcome>): Outcome;
  putEvent(document: unknown): string;
  audit(): readonly Breach[];
}

export function createWorld({ limits = {}, rules, move }: WorldOptions = {}): World {
  const all = { ...TEST_LIMITS, ...limits };
  const clock = new ManualClock();
  const journal = new MemoryJournal();
  const memory = createInventoryMemory(all, move);
  const units = new Units(journal, all.decideAttempts);
  const decide = createDeciders(memory, clock, { extensionMaxMs: 60_000, ...(rules === undefined ? {} : { rules }) });
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
    run: (decision) => units.decideNow(decision),
    putEvent: (document) => units.decideNow((unit) => decide.putEvent(unit, eventDocument(document, all), clock.nowMs())).kind,
    audit: () => auditInventory(new AuditView(memory)),
  };
}

/** A world with the small event in it. */
export function smallWorld(options: WorldOptions = {}): World {
  const world = createWorld(options);
  world.putEvent(SMALL_EVENT);
  return world;
}
