import { shape, type RouteAnswer } from '@traffic-tacos/kit';

const FLAG = { type: 'boolean' };

/** What a sender is told. */
export const WEBHOOK_ANSWER: RouteAnswer = {
  description: 'What was to follow has followed. `duplicate`: it had, by a message of this id.',
  body: shape('ReceivedWebhook', { received: FLAG, duplicate: FLAG }),
};
