import { count, optional, shape, text, type Route, type RouteAnswer, type Schema } from '@traffic-tacos/kit';
import { REFUSALS } from '../../errors.ts';
import type { RoomControls } from '../../ports/room-controls.ts';
import { idOf } from './fields.ts';
import { reply } from './reply.ts';

const SECONDS: Schema = { type: 'number', minimum: 0, description: 'Seconds from joining until one\'s turn, rounded up to classes of half an octave.' };

const REPORT: RouteAnswer = {
  description: 'Since the room was first used.',
  body: shape('QueueFairness', {
    eventId: text('evt_2025_1001'),
    turns: count('Turns given; somebody who does not claim one in time gets another.'),
    noShows: count('Turns that nobody claimed in time.'),
    overtakes: count('Turns given while somebody silent stood ahead.'),
    waitSec: optional(shape('WaitPercentiles', { p50: SECONDS, p90: SECONDS, p99: SECONDS, max: SECONDS })),
  }),
};

/** `GET /api/v1/admin/queues/{id}/fairness`. */
export const fairnessRoute = (rooms: RoomControls): Route => ({
  method: 'GET',
  path: '/api/v1/admin/queues/:id/fairness',
  access: 'admin',
  summary: 'How fairly a waiting room has treated those who came: waits, turns not claimed, turns that overtook somebody silent',
  answers: { 200: REPORT },
  refusals: ['EVENT_NOT_FOUND'],
  handle: (request) => {
    const eventId = idOf(request);
    const report = rooms.fairness(eventId);
    return report === undefined ? REFUSALS.eventNotFound : reply(200, { eventId, ...report });
  },
});
