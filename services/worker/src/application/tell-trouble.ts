import type { Logger } from '@traffic-tacos/kit';
import type { WorkerMessage } from '../domain/message.ts';

/** Says what came to nothing, louder where nobody will try it again. */
export const tellTrouble =
  (logger: Logger) =>
  ({ id, state, failures, reason }: WorkerMessage, traceId: string): void => {
    const facts = { message_id: id, trace_id: traceId, attempts: failures, reason };
    if (state === 'dead') logger.error(facts, 'a message was given up: tacos dlq shows it, and works on it again');
    else logger.warn(facts, 'a message could not be worked on yet');
  };
