import type { RoomFigures, RoomControls } from '@traffic-tacos/gateway';
import { invariant } from '@traffic-tacos/kernel';
import type { QueueService, RoomReading } from '@traffic-tacos/queue';

/** The gateway's way to the waiting rooms in the same process, on an admin's word. */
export const directRooms = (queue: () => Pick<QueueService, 'control' | 'room' | 'rooms'>): RoomControls => ({
  tell: async (eventId, word) => {
    const outcome = await queue().control(eventId, word);
    if (outcome.kind === 'event_not_found') return undefined;
    invariant(outcome.kind === 'controlled', 'only words about lanes are refused otherwise');
    return figuresOf(outcome.room);
  },
  room: (eventId) => {
    const reading = queue().room(eventId);
    return reading === undefined ? undefined : figuresOf(reading);
  },
  rooms: () => [...queue().rooms()].map(figuresOf),
});

const figuresOf = ({ room, perSecond, maxActive, waiting, ready, admitted, holding }: RoomReading): RoomFigures => ({
  eventId: room.eventId, mode: room.mode, perSecond, maxActive, waiting, ready, admitted, holding, letIn: room.letIn, noShows: room.noShows,
});
