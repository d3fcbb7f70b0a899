import * as fc from 'fast-check';
import { amountMinor, epochMs, type PaymentIntentId } from '@traffic-tacos/kernel';
import { createEndDue } from '../src/application/end-due.ts';
import { requestKey } from '../src/application/request-key.ts';
import { INTENT_RULES, type IntentRules } from '../src/domain/intent-rules.ts';
import { keptMinor, type Intent } from '../src/domain/intent.ts';
import { factsOf, type PaymentFact } from '../src/domain/payment-fact.ts';
import { SCENARIOS, type Scenario } from '../src/domain/scenario.ts';
import { SUITE_TERMS } from '../src/ports/suite/store-under-test.ts';
import { StoreCommands } from '../src/testing/store-commands.ts';
import { embeddedWorld, type EmbeddedWorld } from './embedded-store.ts';
import { FAILING_DRAW, PaymentModel, type ModelRefund } from './payment-model.ts';

export type Step =
  | { readonly do: 'create'; readonly scenario: Scenario; readonly draw: number; readonly amount: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'process' | 'cancel'; readonly intent: number }
  | ({ readonly do: 'refund'; readonly intent: number } & ModelRefund)
  /** The timer wakes; or the process ends and another one recovers. */
  | { readonly do: 'wake' | 'restart' };

const intent = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('create' as const),
    scenario: fc.constantFrom(...SCENARIOS),
    draw: fc.constantFrom(0, FAILING_DRAW),
    amount: fc.nat({ max: 9 }),
  }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 99, 100, 101, 200, 2_999, 300_000, 900_000) }),
  fc.record({ do: fc.constantFrom('process' as const, 'cancel' as const), intent }),
  fc.record({
    do: fc.constant('refund' as const),
    intent,
    amount: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
    key: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  }),
  fc.record({ do: fc.constantFrom('wake' as const, 'restart' as const) }),
);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 1, maxLength: 40 });

/** Takes the steps in the model and in the embedded store; answers the first difference, undefined when there is none. */
export async function divergence(taken: readonly Step[], rules: IntentRules = INTENT_RULES): Promise<string | undefined> {
  const run = new ModelRun(rules);
  for (const [index, each] of taken.entries()) {
    const difference = (await run.take(each)) ?? (await run.compare());
    if (difference !== undefined) return `after step ${index} (${JSON.stringify(each)}): ${difference}`;
  }
  return run.finish();
}

class ModelRun {
  readonly #model = new PaymentModel();
  readonly #rules: IntentRules;
  readonly #ids: PaymentIntentId[] = [];
  readonly #facts: PaymentFact[] = [];
  readonly #startMs: number;
  readonly #commands: StoreCommands;
  #world: EmbeddedWorld;

  constructor(rules: IntentRules) {
    this.#rules = rules;
    this.#world = this.#listened(embeddedWorld({ rules, terms: { ...SUITE_TERMS, intentsPerReservation: 99 } }));
    this.#startMs = this.#world.clock.nowMs();
    this.#commands = new StoreCommands(this.#world.clock);
  }

  async take(step: Step): Promise<string | undefined> {
    switch (step.do) {
      case 'create':
        return differs(await this.#create(step), this.#model.create(step.scenario, step.draw, step.amount));
      case 'advance':
        this.#model.advance(step.ms);
        this.#world.clock.advance(step.ms);
        return undefined;
      case 'wake':
        await createEndDue(this.#world.store)(this.#world.clock.nowMs(), 100);
        return undefined;
      case 'restart':
        this.#world = this.#listened(embeddedWorld({ rules: this.#rules, after: this.#world }));
        return undefined;
      default:
        return this.#takeOnIntent(step);
    }
  }

  async #takeOnIntent(step: Extract<Step, { readonly intent: number }>): Promise<string | undefined> {
    const modelled = this.#model.intents[step.intent];
    const intentId = this.#ids[step.intent];
    if (modelled === undefined || intentId === undefined) return undefined;
    const { store } = this.#world;
    switch (step.do) {
      case 'process': {
        const outcome = await store.process({ intentId, owner: undefined, key: undefined });
        return differs('intent' in outcome ? outcome.intent.status : outcome.kind, this.#model.process(modelled));
      }
      case 'cancel': {
        const outcome = await store.cancel({ intentId, owner: undefined });
        return differs('intent' in outcome ? outcome.intent.status : outcome.kind, this.#model.cancel(modelled));
      }
      case 'refund':
        // A refund of nothing is refused where the request is read.
        if (step.amount !== undefined && step.amount === 0) return undefined;
        return differs(await this.#refund(intentId, step), this.#model.refund(modelled, step));
    }
  }

  /** Every intent as the model has it, and I3's half of the provider: what was captured less what went back is what is kept. */
  async compare(): Promise<string | undefined> {
    for (const [index, modelled] of this.#model.intents.entries()) {
      const id = this.#ids[index];
      const found = id === undefined ? undefined : await this.#world.store.read(id, undefined);
      if (found === undefined) return `intent ${index} is gone`;
      const said = `${found.status}, ${found.refundedMinor} back, ${found.sequence} facts`;
      const wanted = `${modelled.status}, ${modelled.refunded} back, ${modelled.facts.length} facts`;
      if (said !== wanted) return `intent ${index} is ${said}; the model says ${wanted}`;
      const kept = modelled.status === 'COMPLETED' ? modelled.amount - modelled.refunded : 0;
      if (keptMinor(found) !== kept) return `of intent ${index} ${keptMinor(found)} is kept; the model says ${kept}`;
    }
    return undefined;
  }

  /** When everything due is written down, the images in the journal have told each fact once, in order. */
  async finish(): Promise<string | undefined> {
    await this.take({ do: 'wake' });
    for (const [index, modelled] of this.#model.intents.entries()) {
      const told = this.#facts.filter((fact) => fact.intentId === this.#ids[index]);
      const said = told.map((fact) => this.#inWords(fact)).join('; ');
      if (said !== modelled.facts.join('; ')) return `of intent ${index} was told: ${said}; the model says ${modelled.facts.join('; ')}`;
      if (told.some((fact, place) => fact.sequence !== place + 1)) return `the facts of intent ${index} are numbered with a gap`;
    }
    return undefined;
  }

  async #create({ scenario, draw, amount }: Extract<Step, { readonly do: 'create' }>): Promise<string> {
    const command = this.#commands.create({ scenario, draw, amountMinor: amountMinor(amount) });
    this.#ids.push(command.intentId);
    return (await this.#world.store.createIntent(command)).kind;
  }

  async #refund(intentId: PaymentIntentId, { amount, key }: ModelRefund): Promise<string> {
    const scope = { userId: 'admin', operation: 'payment.refund', resource: intentId } as const;
    const outcome = await this.#world.store.refund({
      intentId,
      reason: 'requested',
      amountMinor: amount === undefined ? undefined : amountMinor(amount),
      currency: undefined,
      key: key === undefined ? undefined : requestKey(scope, `key-${key}`, [amount ?? null]),
    });
    return 'intent' in outcome ? `${outcome.intent.status} ${outcome.intent.refundedMinor}` : outcome.kind;
  }

  #inWords(fact: PaymentFact): string {
    if (fact.type === 'payment.refunded') return `refunded ${fact.refundMinor}`;
    return `${fact.status} at ${epochMs(fact.occurredAtMs) - this.#startMs}`;
  }

  #listened(world: EmbeddedWorld): EmbeddedWorld {
    world.memory.intents.listen((image: Intent) => this.#facts.push(...factsOf(image)));
    return world;
  }
}

const differs = (said: string, wanted: string): string | undefined =>
  said === wanted ? undefined : `the store answers ${said}; the model says ${wanted}`;
