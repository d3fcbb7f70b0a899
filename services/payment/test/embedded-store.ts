import { Units, type RecordTable } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, ManualClock, type Limits } from '@traffic-tacos/kernel';
import type { IntentMemory } from '../src/adapters/embedded/intent-unit.ts';
import { EmbeddedPaymentStore } from '../src/adapters/embedded/payment-store.ts';
import { createPaymentTables } from '../src/adapters/embedded/payment-tables.ts';
import { INTENT_RULES, type IntentRules } from '../src/domain/intent-rules.ts';
import type { PaymentTerms } from '../src/ports/payment-store.ts';
import { SUITE_TERMS } from '../src/ports/suite/store-under-test.ts';
import { RecordedJournal } from '../src/testing/recorded-journal.ts';

export interface EmbeddedWorld {
  readonly journal: RecordedJournal;
  readonly units: Units;
  readonly clock: ManualClock;
  readonly memory: IntentMemory;
  readonly store: EmbeddedPaymentStore;
  readonly tables: readonly RecordTable<unknown>[];
}

export interface WorldOptions {
  readonly terms?: PaymentTerms;
  readonly limits?: Partial<Limits>;
  readonly rules?: IntentRules;
  /** Goes on with the journal and the clock of another world, from the entries that it kept. */
  readonly after?: EmbeddedWorld;
}

/** An embedded store with everything that it stands on. */
export function embeddedWorld({ terms = SUITE_TERMS, limits = {}, rules = INTENT_RULES, after }: WorldOptions = {}): EmbeddedWorld {
  const clock = after?.clock ?? new ManualClock();
  const journal = after?.journal ?? new RecordedJournal();
  const { intents, keys, all: tables } = createPaymentTables({ ...DEFAULT_LIMITS, ...limits });
  if (after !== undefined) journal.recover(tables);
  const units = new Units(journal, DEFAULT_LIMITS.decideAttempts);
  const memory = { intents, keys, clock, rules, terms };
  return { journal, units, clock, memory, store: new EmbeddedPaymentStore(units, memory), tables };
}
