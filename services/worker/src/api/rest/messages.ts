import { newId, type Clock, type Random } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Fields, Route } from '@traffic-tacos/kit';
import { idOfMessage } from '../../domain/read-message.ts';
import type { MessageQueue } from '../../ports/message-queue.ts';
import { ANSWERS } from './answers.ts';

/** For the document: whatever is sent is queued, and read when it is worked on. */
const FIELDS: Fields = {
  id: { schema: { type: 'string' } },
  type: { schema: { type: 'string', examples: ['reservation.hold.due'] } },
  detail: { schema: { type: 'object' } },
};
/** A message has some hundred bytes; those of SQS have 256 KiB at most, and of this many nothing that it has a use for. */
const MOST_BYTES = 64 * 1024;

/** `POST /v1/messages`: for whoever delivers by HTTP, a timer for instance. What cannot be read goes to the dead letters like any poison. */
export function takeMessageRoute(queue: Pick<MessageQueue, 'enqueue'>, machine: { readonly clock: Clock; readonly random: Random }): Route {
  return {
    method: 'POST',
    path: '/v1/messages',
    access: 'service_or_admin',
    summary: 'Queue a message for the worker: an envelope of EventBridge, or a flat one',
    body: FIELDS,
    bodyMode: 'bytes',
    bodyLimit: MOST_BYTES,
    answers: { 202: ANSWERS.queued },
    refusals: [],
    handle: (request) => take(queue, machine, request),
  };
}

async function take(queue: Pick<MessageQueue, 'enqueue'>, { clock, random }: { readonly clock: Clock; readonly random: Random }, { body }: EdgeRequest): Promise<EdgeReply> {
  const { bytes } = body;
  const text = Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array()).toString('utf8');
  const messageId = idOfMessage(text) ?? newId('msg', clock.nowMs(), 0, random);
  const outcome = await queue.enqueue(messageId, text);
  return { status: 202, body: { messageId, duplicate: outcome === 'duplicate' } };
}
