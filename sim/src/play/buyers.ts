import type { SeededRandom } from '@traffic-tacos/kernel';
import { must } from '../check/breach.ts';
import type { Attempt } from '../check/ledger.ts';
import type { World } from '../world.ts';
import { traceOf, wordOf } from './action.ts';

export const BUYERS = 24;

export const anybody = (world: World, draws: SeededRandom): Pick<Attempt, 'userId' | 'key'> => ({ userId: `buyer-${draws.below(BUYERS)}`, key: `key-${world.step}` });

/** Asks for places. What `cheats` is refused, and nobody tries it again. */
export function send(world: World, attempt: Attempt, cheats?: 'cheats'): void {
  const { ledger } = world;
  if (cheats === undefined) ledger.attempts.push(attempt);
  const { key, token, ...wish } = attempt;
  const command = { ...wish, idempotencyKey: key, traceId: traceOf(world), reservationToken: token };
  world.ask(
    () => `${cheats === undefined ? 'hold' : 'hold by a cheat'} ${JSON.stringify(attempt)}`,
    world.doors.reservations.create(command),
    (answer) => {
      if ('refused' in answer) {
        ledger.refused(attempt, answer.refused, world.clock.nowMs());
        return answer.refused;
      }
      must(cheats === undefined, 'I8', answer.reservation.reservationId, () => `was given to a cheat: ${JSON.stringify(attempt)}`);
      ledger.created(attempt, answer);
      return `${wordOf(answer)} ${answer.reservation.reservationId}`;
    },
  );
}
