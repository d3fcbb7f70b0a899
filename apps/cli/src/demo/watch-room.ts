import { tokenFor } from '../beside/operator-sign-in.ts';
import { ask, type Answer } from '../http/ask.ts';
import { errorCodeIn, numberIn, type JsonObject } from '../http/json-fields.ts';
import type { Stage } from './stage.ts';

/** What the platform says of the room itself, looked at from the first person on until the end. */
export interface RoomSeen {
  readonly perSecond: number;
  readonly ceiling: number;
  /** The most people who were seen inside at once: called, admitted, or with a hold. */
  readonly mostInside: number;
  /** Turns given; somebody who does not claim one in time gets another. */
  readonly turns: number;
  readonly noShows: number;
  /** Turns given while somebody silent stood ahead. */
  readonly overtakes: number;
}

export interface RoomWatch {
  /** People inside when it was last looked at. */
  readonly inside: number;
  /** Looks for the last time. */
  stop(): Promise<RoomSeen>;
}

const LOOK_EVERY_MS = 500;
const OK = 200;

/** Watches an event's waiting room as its operator would. */
export async function watchRoom({ addresses, sign }: Stage, eventId: string): Promise<RoomWatch> {
  const token = await tokenFor(sign, 'demo-operator', 'admin');
  const address = `${addresses.gateway}/api/v1/admin/queues/${eventId}`;
  let room: JsonObject = {};
  let inside = 0;
  let mostInside = 0;
  const look = async (): Promise<void> => {
    const { status, body } = await ask(address, { token });
    // Before anybody has joined there is no room.
    if (status !== OK) return;
    room = body;
    inside = numberIn(body, 'ready') + numberIn(body, 'admitted') + numberIn(body, 'holding');
    mostInside = Math.max(mostInside, inside);
  };
  let looking = Promise.resolve();
  // A look that nobody answers is none: whether the platform is gone, the people in line find out.
  const timer = setInterval(() => (looking = looking.then(look).catch(() => undefined)), LOOK_EVERY_MS);
  return {
    get inside() {
      return inside;
    },
    stop: async () => {
      clearInterval(timer);
      await looking;
      // A connection may have been closed at the other end in the very moment in which it is used again.
      await look().catch(look);
      const read = (): Promise<Answer> => ask(`${address}/fairness`, { token });
      const { body: fairness } = await read().catch(read);
      return {
        perSecond: numberIn(room, 'per_second'), ceiling: numberIn(room, 'max_active'), mostInside,
        turns: numberIn(fairness, 'turns'), noShows: numberIn(fairness, 'no_shows'), overtakes: numberIn(fairness, 'overtakes'),
      };
    },
  };
}

/** Whether the platform has waiting rooms at all: where its services run apart, it may have none. */
export async function hasWaitingRooms({ addresses }: Pick<Stage, 'addresses'>): Promise<boolean> {
  const { body } = await ask(`${addresses.gateway}/api/v1/queue/status?token=none`);
  return errorCodeIn(body) === 'TOKEN_NOT_FOUND';
}
