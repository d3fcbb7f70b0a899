import { readInstant, type Limits } from '@traffic-tacos/kernel';
import type { Detail, EdgeReply, EdgeRequest, Fields, Refusal, Route } from '@traffic-tacos/kit';
import type { RoomControls, RoomLane, ScheduledInstant } from '../../ports/room-controls.ts';
import { idOf } from './fields.ts';
import { ONE_ROOM, roomReply } from './room-answers.ts';

const MOST_QUOTA = 1_000;

/** `null` takes the instant away; a field that is left out stays what it is. */
const INSTANT_FIELD = { schema: { type: ['string', 'null'], format: 'date-time' } };

type ScheduleLimits = Pick<Limits, 'idChars' | 'queueLanes'>;

/** `POST /api/v1/admin/queues/{id}/schedule` and `lanes`: what is arranged before an on-sale. Events have no owners yet, so an organizer could rearrange everybody's: it is left to admins. */
export const arrangeRoutes = (rooms: RoomControls, limits: ScheduleLimits): readonly Route[] => [scheduleRoute(rooms), lanesRoute(rooms, limits)];

const scheduleRoute = (rooms: RoomControls): Route => ({
  method: 'POST',
  path: '/api/v1/admin/queues/:id/schedule',
  access: 'admin',
  summary: 'Set when people may join, when the sale starts and when it ends; null for no such time',
  body: { opensAt: INSTANT_FIELD, saleStartsAt: INSTANT_FIELD, saleEndsAt: INSTANT_FIELD },
  answers: { 200: ONE_ROOM },
  refusals: ['EVENT_NOT_FOUND'],
  handle: (request) => moveSchedule(rooms, request),
});

async function moveSchedule(rooms: RoomControls, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const { body } = request;
  const opensAtMs = scheduledAt(body['opensAt']);
  const saleStartsAtMs = scheduledAt(body['saleStartsAt']);
  const saleEndsAtMs = scheduledAt(body['saleEndsAt']);
  if (opensAtMs === 'no_instant' || saleStartsAtMs === 'no_instant' || saleEndsAtMs === 'no_instant') {
    const details = Object.entries({ opensAt: opensAtMs, saleStartsAt: saleStartsAtMs, saleEndsAt: saleEndsAtMs }).flatMap(([field, at]): Detail[] => (at === 'no_instant' ? [{ field, reason: 'is no date that there is' }] : []));
    return { refused: 'INVALID_REQUEST', details };
  }
  if (opensAtMs === 'unchanged' && saleStartsAtMs === 'unchanged' && saleEndsAtMs === 'unchanged') return NOTHING_TO_MOVE;
  return roomReply(await rooms.tell(idOf(request), { kind: 'schedule', opensAtMs, saleStartsAtMs, saleEndsAtMs }));
}

const NOTHING_TO_MOVE: Refusal = { refused: 'INVALID_REQUEST', details: [{ field: 'opensAt', reason: 'or saleStartsAt or saleEndsAt is required' }] };

/** The rule of the field lets 30 February and years before 1970 pass. */
function scheduledAt(value: unknown): ScheduledInstant | 'no_instant' {
  if (value === undefined) return 'unchanged';
  return typeof value === 'string' ? (readInstant(value) ?? 'no_instant') : 'none';
}

const lanesRoute = (rooms: RoomControls, limits: ScheduleLimits): Route => ({
  method: 'POST',
  path: '/api/v1/admin/queues/:id/lanes',
  access: 'admin',
  summary: 'Set the lanes and their quotas; those that are there stay, in their order, with another quota where one is given',
  body: lanesField(limits),
  answers: { 200: ONE_ROOM },
  refusals: ['EVENT_NOT_FOUND'],
  handle: async (request) => roomReply(await rooms.tell(idOf(request), { kind: 'set_lanes', lanes: lanesIn(request.body['lanes']) })),
});

const lanesField = ({ idChars, queueLanes }: ScheduleLimits): Fields => ({
  lanes: {
    required: true,
    schema: {
      type: 'array',
      minItems: 1,
      maxItems: queueLanes,
      items: {
        title: 'NewLane',
        type: 'object',
        required: ['id', 'quota'],
        properties: {
          id: { type: 'string', minLength: 1, maxLength: idChars, examples: ['members'] },
          quota: { type: 'integer', minimum: 1, maximum: MOST_QUOTA, description: 'Its part of the rate, against the quotas of the other lanes.' },
          role: { type: 'string', maxLength: idChars, description: 'Whoever has this role stands here. Left out for the first lane alone.' },
        },
      },
    },
  },
});

/** Checked by the rule of the field. */
const lanesIn = (value: unknown): readonly RoomLane[] =>
  (value as readonly { readonly id: string; readonly quota: number; readonly role?: string }[]).map(({ id, quota, role = '' }) => ({ id, quota, role }));
