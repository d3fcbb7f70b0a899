import { count, INSTANT, listOf, optional, shape, text, word, type RouteAnswer, type Schema } from '@traffic-tacos/kit';

const nullable = (schema: Schema): Schema => ({ ...schema, type: [String(schema['type']), 'null'] });

const WAITING_TOKEN = text('wtk_01KAX7Q5ZC3F9D2M8T4V6W0YBE.1.0mB1x1f0x3oB9T1z6q0q2w', 'A secret of whoever waits.');
const STATUS = word('waiting', 'ready', 'admitted', 'expired', 'left', 'closed');
const POSITION = nullable(count('1 for who is next in the lane; null before a draw, and for who does not wait.'));
const WAIT = {
  etaSec: nullable(count('Seconds that the wait will last, at the pace of the last minute; null where it is not known.')),
  etaMinSec: nullable(count('The same at the fastest pace of that minute.')),
  etaMaxSec: nullable(count('The same at the slowest.')),
};
const POLL = count('Ask again after so many milliseconds.');

/** What each route of the waiting room grants. */
export const ANSWERS = {
  joined: {
    description: 'There is a place; the same one for whoever has one already.',
    body: shape('QueuePlace', { waitingToken: WAITING_TOKEN, positionHint: POSITION, position: POSITION, status: STATUS, ...WAIT, pollAfterMs: POLL }),
  },
  status: {
    description: 'How the place stands.',
    body: shape('QueueStatus', {
      status: STATUS,
      reason: optional(word('paused', 'lease_ended', 'token_ran_out', 'used', 'sold_out', 'sale_ended')),
      position: POSITION,
      ...WAIT,
      waitingTime: count('Seconds from joining until one\'s turn; until now where one waits.'),
      readyForEntry: { type: 'boolean' },
      pollAfterMs: POLL,
    }),
  },
  granted: {
    description: 'Come in. The same token for every repetition.',
    body: shape('Admission', { admission: word('granted'), reservationToken: text(undefined, 'Goes with the reservation; works once.'), ttlSec: count('Seconds until it runs out.') }),
  },
  draw: {
    description: 'What anybody needs to draw again, with the entrants.',
    body: shape('QueueDraw', {
      eventId: text('evt_2025_1001'),
      seedHash: text(undefined, 'SHA-256 of the seed, in hex: published before the draw.'),
      heldAt: optional(INSTANT),
      root: optional(text(undefined, 'SHA-256 over the list of those who took part, in hex.')),
      seed: optional(text(undefined, '32 bytes in hex; secret before the draw.')),
      lanes: listOf(shape('DrawnLane', { id: text('general'), entrants: count('People who took part.') })),
    }),
  },
  entrants: { description: 'A page.', body: shape('QueueEntrants', { entrants: listOf(text('wtk_01KAX7Q5ZC3F9D2M8T4V6W0YBE')), next: optional(count('`from` of the next page, while there may be more.')) }) },
  left: { description: 'The place is given up.', body: shape('QueueLeft', { status: word('left') }) },
} as const satisfies Readonly<Record<string, RouteAnswer>>;
