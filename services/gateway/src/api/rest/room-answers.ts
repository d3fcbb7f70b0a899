import { isoInstant, type EpochMs } from '@traffic-tacos/kernel';
import { count, INSTANT, listOf, optional, shape, text, word, type EdgeReply, type Refusal, type RouteAnswer } from '@traffic-tacos/kit';
import { isRefusal, REFUSALS } from '../../errors.ts';
import type { RoomFigures } from '../../ports/room-controls.ts';
import { reply } from './reply.ts';

const LANE = { id: text('general'), quota: count('Its part of the rate, against the quotas of the other lanes.'), role: text('', 'The role of those who stand in it; empty for the first lane, which is everybody else\'s.') };

const ROOM = shape('WaitingRoom', {
  eventId: text('evt_2025_1001'),
  waitingRoom: optional({ ...word('on', 'off'), description: 'Of the event: where it is off, the room lets in and pauses nobody. Left out where the event cannot be asked.' }),
  mode: word('open', 'paused', 'draining'),
  perSecond: count('The rate in force, people a second.'),
  maxActive: count('People who may be inside at once.'),
  waiting: count(),
  ready: count('Those whose turn it is, and who have not come in.'),
  admitted: count('Those inside without a hold.'),
  holding: count('Those inside with a hold.'),
  letIn: count('Turns given since the room was first used.'),
  noShows: count('Turns that nobody claimed in time.'),
  schedule: shape('RoomSchedule', {
    opensAt: optional({ ...INSTANT, description: 'When people may begin to join; left out where they may at any time.' }),
    saleStartsAt: optional({ ...INSTANT, description: 'When the first are let in, and seats are given out.' }),
    saleEndsAt: optional({ ...INSTANT, description: 'When everybody who still waits is told that it is over.' }),
  }),
  lanes: listOf(shape('RoomLane', { ...LANE, inLine: count('Those who wait there, or whose turn it is.') })),
});

export const ONE_ROOM: RouteAnswer = { description: 'The room as it is now.', body: ROOM };
export const ALL_ROOMS: RouteAnswer = { description: 'Every room that anybody has joined.', body: shape('WaitingRooms', { queues: listOf(ROOM) }) };

/** Undefined: there is no such event. */
export const roomReply = (room: RoomFigures | Refusal | undefined): EdgeReply | Refusal => {
  if (room === undefined) return REFUSALS.eventNotFound;
  return isRefusal(room) ? room : reply(200, roomView(room));
};

export function roomView({ schedule: { opensAtMs, saleStartsAtMs, saleEndsAtMs }, ...room }: RoomFigures): Readonly<Record<string, unknown>> {
  return { ...room, schedule: { opensAt: instant(opensAtMs), saleStartsAt: instant(saleStartsAtMs), saleEndsAt: instant(saleEndsAtMs) } };
}

const instant = (atMs: EpochMs | undefined): string | undefined => (atMs === undefined ? undefined : isoInstant(atMs));
