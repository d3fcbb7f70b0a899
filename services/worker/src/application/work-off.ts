import { Unavailable } from '@traffic-tacos/kernel';
import type { WorkerMessage } from '../domain/message.ts';
import { readMessage, type Job } from '../domain/read-message.ts';
import type { EffectOutcome, Effects } from '../ports/effects.ts';
import type { Attempt, MessageQueue } from '../ports/message-queue.ts';
import type { Figures, WorkOutcome } from './figures.ts';

export interface WorkOffDeps {
  readonly queue: MessageQueue;
  readonly effects: Effects;
  readonly figures: Figures;
  /** Told of every attempt that came to nothing, with the message as it is then. */
  readonly onTrouble: (message: WorkerMessage, traceId: string) => void;
}

type Tried = Attempt & { readonly isSkipped?: boolean };

const DONE: Tried = { kind: 'done' };
const SKIPPED: Tried = { kind: 'done', isSkipped: true };

/**
 * Works on one message: has its effect, waits until that is durable, and only then lets the message go. A crash in between has it worked on
 * once more, which changes nothing.
 */
export const createWorkOff =
  ({ queue, effects, figures, onTrouble }: WorkOffDeps) =>
  async (message: WorkerMessage): Promise<void> => {
    const job = readMessage(message.body);
    const settle = async (): Promise<WorkOutcome> => {
      const tried = await attempt(effects, job);
      const now = queue.settle(message, tried);
      if (now !== undefined && tried.kind !== 'done') onTrouble(now, 'traceId' in job ? job.traceId : '');
      return outcomeOf(tried, now);
    };
    await figures.countMessage(job.type, settle);
  };

async function attempt(effects: Effects, job: Job): Promise<Tried> {
  try {
    return await have(effects, job);
  } catch (error) {
    if (error instanceof Unavailable) return { kind: 'put_off', reason: error.message };
    // A fault of ours, met by this message: were it thrown on, every start would meet it again, and nothing else would be worked on.
    return { kind: 'failed', reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

async function have(effects: Effects, job: Job): Promise<Tried> {
  switch (job.kind) {
    case 'unreadable':
      return { kind: 'failed', reason: job.reason };
    case 'nothing':
      return SKIPPED;
    case 'hold_due':
      return triedOf(await effects.endHold(job.reservationId, job.traceId));
    case 'payment_result':
      return triedOf(await effects.followPayment(job));
  }
}

function triedOf(outcome: EffectOutcome): Tried {
  switch (outcome.kind) {
    case 'done':
      return outcome.isRefunding === true ? { kind: 'put_off', reason: 'the money is on its way back' } : DONE;
    case 'nothing_to_do':
      return SKIPPED;
    case 'reservation_not_found':
      return { kind: 'failed', reason: 'there is no such reservation' };
    case 'payment_not_found':
      return { kind: 'failed', reason: 'there is no such payment' };
    case 'must_not_be_undone':
      return { kind: 'failed', reason: outcome.reason };
  }
}

function outcomeOf(tried: Tried, now: WorkerMessage | undefined): WorkOutcome {
  if (tried.kind === 'done') return tried.isSkipped === true ? 'skipped' : 'done';
  if (now?.state === 'dead') return 'dead';
  return tried.kind === 'failed' ? 'retry' : 'put_off';
}
