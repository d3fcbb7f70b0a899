import type { PlaceFacts, RoomFacts, WaitingRoom } from '@traffic-tacos/gateway';
import type { EventId } from '@traffic-tacos/kernel';
import { endOfClassSec, queueStatusView, refusalOf, type QueueService } from '@traffic-tacos/queue';

type PlaceReading = NonNullable<Awaited<ReturnType<QueueService['status']>>>;
type RoomReading = NonNullable<ReturnType<QueueService['room']>>;

/** The gateway's way to the waiting rooms in the same process. */
export const directWaitingRoom = (queue: QueueService): WaitingRoom => ({
  join: async ({ eventId, ...whose }) => {
    const answer = await queue.join({ eventId: eventId as EventId, ...whose });
    return answer.kind === 'joined' ? { kind: 'joined', waitingToken: answer.waitingToken, place: factsOf(answer.reading) } : refusalOf(answer);
  },
  status: async (waitingToken) => {
    const reading = await queue.status(waitingToken);
    return reading === undefined ? undefined : factsOf(reading);
  },
  holderOf: (waitingToken) => queue.holderOf(waitingToken),
  enter: async (command) => {
    const answer = await queue.enter(command);
    return answer.kind === 'granted' ? { kind: 'granted', reservationToken: answer.reservationToken, ttlMs: answer.ttlMs } : refusalOf(answer);
  },
  leave: async (command) => {
    const outcome = await queue.leave(command);
    return outcome.kind === 'left' ? outcome : refusalOf(outcome);
  },
  room: (eventId) => {
    const reading = queue.room(eventId as EventId);
    return reading === undefined ? undefined : roomOf(reading);
  },
  rooms: () => Array.from(queue.rooms(), roomOf),
  watch: (waitingToken, changed) => {
    const unwatch = queue.follow(waitingToken, changed);
    return typeof unwatch === 'function' ? unwatch : undefined;
  },
});

const factsOf = (reading: PlaceReading): PlaceFacts => ({
  eventId: reading.eventId,
  status: reading.status,
  reason: reading.reason,
  position: reading.position,
  etaSec: reading.eta?.sec,
  leaseEndsAtMs: reading.leaseEndsAtMs,
  pollAfterMs: reading.pollAfterMs,
  view: queueStatusView(reading),
});

const roomOf = ({ room, waiting, ready, admitted, holding, perSecond, maxActive }: RoomReading): RoomFacts => ({
  eventId: room.eventId, waiting: waiting + ready, letIn: room.letIn, active: ready + admitted + holding, maxActive, perSecond, meanWaitSec: meanWaitOf(room.waits),
});

/** Turns are counted in classes of waits; of each class its upper end is taken. */
function meanWaitOf(waits: readonly number[]): number {
  let people = 0;
  let seconds = 0;
  for (const [index, count] of waits.entries()) {
    people += count;
    seconds += count * endOfClassSec(index);
  }
  return people === 0 ? 0 : Math.round(seconds / people);
}
