import type { SeededRandom } from '@traffic-tacos/kernel';
import { must } from '../check/breach.ts';
import type { Attempt } from '../check/ledger.ts';
import type { Waiter } from '../check/waiters.ts';
import type { World } from '../world.ts';
import { traceOf, wordOf } from './action.ts';

export const BUYERS = 24;
const LOOKED_AT = 64;

export const anybody = (world: World, draws: SeededRandom): Pick<Attempt, 'userId' | 'key'> => ({ userId: `buyer-${draws.below(BUYERS)}`, key: `key-${world.step}` });

/** Of the newest who wait, so many that are meant; those who came long ago have gone. */
export function newest(world: World, most: number, isMeant: (waiter: Waiter) => boolean): readonly Waiter[] {
  const { list } = world.waiters;
  const found: Waiter[] = [];
  for (let at = list.length - 1; at >= Math.max(0, list.length - LOOKED_AT) && found.length < most; at--) {
    const waiter = list[at];
    if (waiter !== undefined && isMeant(waiter)) found.push(waiter);
  }
  return found.reverse();
}

/** Asks for places. What `cheats` is refused, and nobody tries it again. */
export function send(world: World, attempt: Attempt, cheats?: 'cheats'): void {
  const { ledger } = world;
  if (cheats === undefined) ledger.attempts.push(attempt);
  const { key, token, ...wish } = attempt;
  const command = { ...wish, idempotencyKey: key, traceId: traceOf(world), reservationToken: token };
  world.ask(
    () => `${cheats === undefined ? 'hold' : 'hold by a cheat'} ${JSON.stringify(attempt)}`,
    world.doors.reservations.create(command),
    (answer, atMs) => {
      if ('refused' in answer) {
        ledger.refused(attempt, answer.refused, atMs);
        return answer.refused;
      }
      must(cheats === undefined, 'I8', answer.reservation.reservationId, () => `was given to a cheat: ${JSON.stringify(attempt)}`);
      ledger.created(attempt, answer);
      return `${wordOf(answer)} ${answer.reservation.reservationId}`;
    },
  );
}
