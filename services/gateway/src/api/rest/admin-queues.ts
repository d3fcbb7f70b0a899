import { count, listOf, shape, text, word, type EdgeReply, type EdgeRequest, type Fields, type Refusal, type Route, type RouteAnswer } from '@traffic-tacos/kit';
import { REFUSALS } from '../../errors.ts';
import type { RoomFigures, RoomWord, RoomControls } from '../../ports/room-controls.ts';
import { idOf, number } from './fields.ts';
import { reply } from './reply.ts';

const MOST_PER_SECOND = 1_000_000;

const ROOM = shape('WaitingRoom', {
  eventId: text('evt_2025_1001'),
  mode: word('open', 'paused', 'draining'),
  perSecond: count('The rate in force, people a second.'),
  maxActive: count('People who may be inside at once.'),
  waiting: count(),
  ready: count('Those whose turn it is, and who have not come in.'),
  admitted: count('Those inside without a hold.'),
  holding: count('Those inside with a hold.'),
  letIn: count('Turns given since the room was first used.'),
  noShows: count('Turns that nobody claimed in time.'),
});

const ONE: RouteAnswer = { description: 'The room as it is now.', body: ROOM };
const ALL: RouteAnswer = { description: 'Every room that anybody has joined.', body: shape('WaitingRooms', { queues: listOf(ROOM) }) };

/** `GET /api/v1/admin/queues[/{id}]` and `POST /api/v1/admin/queues/{id}/pause`, `resume`, `drain`, `rate`. */
export function queueControlRoutes(rooms: RoomControls): readonly Route[] {
  return [
    { method: 'GET', path: '/api/v1/admin/queues', access: 'admin', summary: 'All waiting rooms', answers: { 200: ALL }, refusals: [], handle: () => reply(200, { queues: rooms.rooms().map(view) }) },
    { method: 'GET', path: '/api/v1/admin/queues/:id', access: 'admin', summary: 'One waiting room', answers: { 200: ONE }, refusals: ['EVENT_NOT_FOUND'], handle: (request) => answer(rooms.room(idOf(request))) },
    control(rooms, 'pause', 'Let nobody in until it is resumed; those who wait keep their places', () => ({ kind: 'pause' })),
    control(rooms, 'resume', 'Go on letting people in, and take new ones', () => ({ kind: 'resume' })),
    control(rooms, 'drain', 'Take nobody new, and let in those who wait', () => ({ kind: 'drain' })),
    control(rooms, 'rate', 'Change how many people a second are let in; 0 gives the rate back to the event', ({ body }) => ({ kind: 'set_rate', perSecond: number(body, 'perSecond') }), {
      perSecond: { schema: { type: 'integer', minimum: 0, maximum: MOST_PER_SECOND }, required: true },
    }),
  ];
}

function control(rooms: RoomControls, name: string, summary: string, wordOf: (request: EdgeRequest) => RoomWord, body?: Fields): Route {
  return {
    method: 'POST',
    path: `/api/v1/admin/queues/:id/${name}`,
    access: 'admin',
    summary,
    ...(body === undefined ? {} : { body }),
    answers: { 200: ONE },
    refusals: ['EVENT_NOT_FOUND'],
    handle: async (request) => answer(await rooms.tell(idOf(request), wordOf(request))),
  };
}

const answer = (room: RoomFigures | undefined): EdgeReply | Refusal => (room === undefined ? REFUSALS.eventNotFound : reply(200, view(room)));

const view = (room: RoomFigures): Readonly<Record<string, unknown>> => ({ ...room });
