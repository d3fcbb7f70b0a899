import type { Health, Route } from '@traffic-tacos/kit';
import type { MessageQueue } from '../../ports/message-queue.ts';
import { ANSWERS } from './answers.ts';

/** `GET /ready`: whether the worker works. */
export function readyRoute(queue: Pick<MessageQueue, 'depth' | 'deadLetters'>, health: Pick<Health, 'isReady'>): Route {
  return {
    method: 'GET',
    path: '/ready',
    access: 'anyone',
    summary: 'Whether the worker takes messages, and how many wait',
    answers: { 200: ANSWERS.ready },
    refusals: ['SERVICE_UNAVAILABLE'],
    handle: () => {
      if (!health.isReady) return { refused: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 };
      return { status: 200, body: { status: 'UP', queueDepth: queue.depth, deadLetters: queue.deadLetters().length } };
    },
  };
}
