import { Unavailable } from '@traffic-tacos/kernel';
import { refuse, type Refusal } from '@traffic-tacos/kit';
import type { Figures, WorkOutcome } from '../../application/figures.ts';
import type { Places } from '../../application/places.ts';
import type { MessageType } from '../../domain/read-message.ts';
import type { EffectOutcome } from '../../ports/effects.ts';

export interface WorkerBehind {
  readonly figures: Figures;
  readonly places: Places;
}

/** What came of a call: its effect is durable, or somebody needed was not there and the same is to be sent again. */
export type Worked = { readonly kind: 'worked'; readonly outcome: Extract<EffectOutcome, { readonly kind: 'done' | 'nothing_to_do' }> } | { readonly kind: 'retry' } | Refusal;

const RETRY: Worked = { kind: 'retry' };
const OUTCOMES: Readonly<Record<EffectOutcome['kind'], WorkOutcome>> = {
  done: 'done', nothing_to_do: 'skipped', reservation_not_found: 'dead', payment_not_found: 'dead', must_not_be_undone: 'dead',
};

/** Has an effect for a caller, in one of the places that there are. */
export async function doWork({ figures, places }: WorkerBehind, type: MessageType, work: () => Promise<EffectOutcome>): Promise<Worked> {
  try {
    const outcome = await places.run(() => figures.count(type, work, ({ kind }) => OUTCOMES[kind], 'put_off'));
    return workedOf(outcome);
  } catch (error) {
    if (error instanceof Unavailable) return RETRY;
    throw error;
  }
}

function workedOf(outcome: EffectOutcome): Worked {
  switch (outcome.kind) {
    case 'done':
    case 'nothing_to_do':
      return { kind: 'worked', outcome };
    case 'reservation_not_found':
      return refuse('RESERVATION_NOT_FOUND');
    case 'payment_not_found':
      return refuse('PAYMENT_NOT_FOUND');
    case 'must_not_be_undone':
      return refuse('OPERATION_NOT_POSSIBLE', { details: [{ field: 'reservationId', reason: outcome.reason }] });
  }
}
