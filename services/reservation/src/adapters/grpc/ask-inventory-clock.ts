import { epochMsOf, InventoryService } from '@traffic-tacos/contracts';
import { ListEventsRequest } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { epochMs, Unavailable } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { Scheduler } from '../../expiry-timer.ts';
import type { FollowedClock } from './followed-clock.ts';

/** Before the first answer nothing is shown, so it is asked for often. */
const UNTIL_KNOWN_MS = 100;
/** A clock that was set is noticed after so long where nobody asks the inventory anything else. */
const AFTERWARDS_MS = 5_000;

export interface AskedClock {
  /** Resolves at the inventory's first answer. */
  readonly known: Promise<void>;
  /** Resolves when nothing is being asked any more. */
  stop(): Promise<void>;
}

/**
 * Asks the inventory what its clock shows, from now on until it is stopped. The question is one that anybody may ask, so that it needs no
 * credential, whose issuer may start later.
 */
export function askInventoryClock(channel: GrpcChannel, clock: FollowedClock, scheduler: Scheduler, onFailure: (cause: unknown) => void): AskedClock {
  const inventory = createUnaryClient(channel, InventoryService, { idempotent: ['listEvents'] });
  const { promise: known, resolve } = Promise.withResolvers<void>();
  let callOff: (() => void) | undefined;
  let isStopped = false;

  const ask = async (): Promise<void> => {
    const askedAtMs = clock.ownMs();
    const answer = await inventory.listEvents(ListEventsRequest.create({ pagination: { pageSize: 1 } }));
    const now = answer.kind === 'answered' && answer.response.now !== undefined ? epochMsOf(answer.response.now) : undefined;
    if (now === undefined) return;
    clock.heard(epochMs(now), askedAtMs);
    resolve();
  };
  const wake = async (): Promise<void> => {
    try {
      await ask();
    } catch (error) {
      if (!(error instanceof Unavailable)) onFailure(error);
    }
    if (!isStopped) callOff = scheduler.after(clock.isKnown ? AFTERWARDS_MS : UNTIL_KNOWN_MS, begin);
  };
  let running: Promise<void> = Promise.resolve();
  const begin = (): void => {
    running = wake();
  };
  begin();
  return {
    known,
    stop: async () => {
      isStopped = true;
      callOff?.();
      await running;
    },
  };
}
