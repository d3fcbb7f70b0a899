import { count, INSTANT, listOf, optional, shape, text, type RouteAnswer } from '@traffic-tacos/kit';

const DEAD_LETTER = shape('DeadLetter', {
  messageId: text('pay_01JC0000000000000000000042.1'), attempts: count(), reason: text('there is no such reservation'), givenUpAt: INSTANT,
  body: text(undefined, 'The message as it came.'),
});

/** What each route grants. */
export const ANSWERS = {
  ready: { description: 'It takes messages.', body: shape('WorkerReady', { status: text('UP'), queueDepth: count(), deadLetters: count() }) },
  queued: { description: 'It is queued, or was before.', body: shape('QueuedMessage', { messageId: text(), duplicate: { type: 'boolean' } }) },
  deadLetters: {
    description: 'A page.',
    body: shape('DeadLetters', { messages: listOf(DEAD_LETTER), nextCursor: optional(text(undefined, 'The cursor of the next page, while there is more.')) }),
  },
  deadLetter: { description: 'The message and why it was given up.', body: DEAD_LETTER },
  replayed: { description: 'It is queued again, with all its attempts before it.', body: shape('ReplayedMessage', { messageId: text() }) },
} as const satisfies Readonly<Record<string, RouteAnswer>>;
