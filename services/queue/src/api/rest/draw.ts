import { isoInstant, type Limits } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Fields, Refusal, Route } from '@traffic-tacos/kit';
import type { QueueContext } from '../../application/context.ts';
import { LIST_PAGE, listEntrants, readDraw } from '../../application/read-draw.ts';
import { ANSWERS } from './answers.ts';

const NOT_FOUND: Refusal = { refused: 'NOT_FOUND', details: [{ field: 'eventId', reason: 'there is no draw of this event' }] };

const eventField = ({ idChars }: Pick<Limits, 'idChars'>): Fields => ({ eventId: { schema: { type: 'string', minLength: 1, maxLength: idChars }, required: true } });

/** `GET /api/v1/queue/draw` and `/draw/entrants`: all that somebody needs to draw again. */
export const drawRoutes = (context: QueueContext, limits: Pick<Limits, 'idChars' | 'queueLanes'>): readonly Route[] => [
  {
    method: 'GET',
    path: '/api/v1/queue/draw',
    access: 'anyone',
    summary: 'The draw of an event: the hash of its seed, and when it was held, the seed and the root of its list',
    query: eventField(limits),
    answers: { 200: ANSWERS.draw },
    refusals: ['NOT_FOUND'],
    handle: (request) => handleDraw(context, request),
  },
  {
    method: 'GET',
    path: '/api/v1/queue/draw/entrants',
    access: 'anyone',
    summary: 'Who took part in a draw, in the order in which they came',
    query: {
      ...eventField(limits),
      lane: { schema: { type: 'integer', minimum: 0, maximum: limits.queueLanes - 1 } },
      from: { schema: { type: 'integer', minimum: 0, maximum: 4_294_967_295 } },
    },
    answers: { 200: ANSWERS.entrants },
    refusals: ['NOT_FOUND'],
    handle: (request) => handleEntrants(context, request),
  },
];

async function handleDraw({ store }: QueueContext, { query }: EdgeRequest): Promise<EdgeReply | Refusal> {
  const eventId = String(query['eventId']);
  const draw = await readDraw(store, eventId);
  if (draw === undefined) return NOT_FOUND;
  const { seedHash, heldAtMs, root, seed, lanes } = draw;
  return { status: 200, body: { eventId, seedHash, heldAt: heldAtMs === undefined ? undefined : isoInstant(heldAtMs), root, seed, lanes } };
}

async function handleEntrants({ store }: QueueContext, { query }: EdgeRequest): Promise<EdgeReply | Refusal> {
  const from = Number(query['from'] ?? 0);
  const entrants = await listEntrants(store, String(query['eventId']), Number(query['lane'] ?? 0), from);
  if (entrants === undefined) return NOT_FOUND;
  return { status: 200, body: { entrants, next: entrants.length === LIST_PAGE ? from + LIST_PAGE : undefined } };
}
