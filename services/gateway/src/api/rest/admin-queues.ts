import type { EdgeRequest, Fields, Route } from '@traffic-tacos/kit';
import type { RoomControls, RoomWord } from '../../ports/room-controls.ts';
import { idOf, number } from './fields.ts';
import { reply } from './reply.ts';
import { ALL_ROOMS, ONE_ROOM, roomReply, roomView } from './room-answers.ts';

const MOST_PER_SECOND = 1_000_000;

/** `GET /api/v1/admin/queues[/{id}]` and `POST /api/v1/admin/queues/{id}/pause`, `resume`, `drain`, `rate`. */
export function queueControlRoutes(rooms: RoomControls): readonly Route[] {
  return [
    { method: 'GET', path: '/api/v1/admin/queues', access: 'admin', summary: 'All waiting rooms', answers: { 200: ALL_ROOMS }, refusals: [], handle: async () => reply(200, { queues: (await rooms.rooms()).map(roomView) }) },
    { method: 'GET', path: '/api/v1/admin/queues/:id', access: 'admin', summary: 'One waiting room', answers: { 200: ONE_ROOM }, refusals: ['EVENT_NOT_FOUND'], handle: async (request) => roomReply(await rooms.room(idOf(request))) },
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
    answers: { 200: ONE_ROOM },
    refusals: ['EVENT_NOT_FOUND'],
    handle: async (request) => roomReply(await rooms.tell(idOf(request), wordOf(request))),
  };
}
