import { Units, type EntrySink, type Joinable } from '@traffic-tacos/journal';
import type { Tracing } from '@traffic-tacos/kit';

/** Plain units where nobody follows traces: a decision then costs what it costs. */
export const createUnits = (sink: EntrySink, attempts: number, onBroken: (cause: unknown) => void, tracing: Tracing | undefined): Units =>
  tracing === undefined ? new Units(sink, attempts, onBroken) : new TracedUnits(sink, attempts, onBroken, tracing);

/** Units whose decision and flush are spans of the request that they are part of. Made only where spans go somewhere. */
class TracedUnits extends Units {
  readonly #tracing: Tracing;

  constructor(sink: EntrySink, attempts: number, onBroken: (cause: unknown) => void, tracing: Tracing) {
    super(sink, attempts, onBroken);
    this.#tracing = tracing;
  }

  override async run<Outcome>(decide: Joinable<Outcome>): Promise<Outcome> {
    const around = this.#tracing.active;
    if (around === undefined || !around.isSampled) return super.run(decide);
    const decision = around.child('decide', 'internal');
    let outcome: Outcome;
    try {
      outcome = this.decideNow(decide);
    } finally {
      decision.end();
    }
    const flush = around.child('journal flush', 'internal');
    try {
      await this.durable();
    } finally {
      flush.end();
    }
    return outcome;
  }
}
