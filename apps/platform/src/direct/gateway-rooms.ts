import type { RoomFigures, RoomControls } from '@traffic-tacos/gateway';
import { present } from '@traffic-tacos/kernel';
import { refusalOf, type QueueService, type RoomReading } from '@traffic-tacos/queue';

/** The gateway's way to the waiting rooms in the same process, on an admin's word. */
export const directRooms = (queue: () => Pick<QueueService, 'control' | 'readRoom' | 'rooms' | 'fairness'>): RoomControls => ({
  tell: async (eventId, word) => {
    const outcome = await queue().control(eventId, word);
    return outcome.kind === 'controlled' ? figuresOf(outcome.room) : refusalOf(outcome);
  },
  room: async (eventId) => {
    const reading = await queue().readRoom(eventId);
    return reading === undefined ? undefined : figuresOf(reading);
  },
  rooms: async () => (await Promise.all(Array.from(queue().rooms(), ({ room }) => queue().readRoom(room.eventId)))).flatMap((reading) => (reading === undefined ? [] : [figuresOf(reading)])),
  fairness: (eventId) => queue().fairness(eventId),
});

const figuresOf = ({ room, demandsAdmission, perSecond, maxActive, waiting, ready, admitted, holding, schedule, lanes }: RoomReading): RoomFigures => ({
  eventId: room.eventId, waitingRoom: demandsAdmission === undefined ? undefined : demandsAdmission ? 'on' : 'off', mode: room.mode, perSecond, maxActive, waiting, ready, admitted, holding, letIn: room.letIn, noShows: room.noShows, schedule,
  lanes: room.lanes.map((lane, number) => ({ ...lane, inLine: present(lanes[number], 'people are counted in every lane') })),
});
