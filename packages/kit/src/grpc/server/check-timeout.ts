import type { ServerHttp2Stream } from 'node:http2';
import { status } from '@grpc/grpc-js';
import type { CheckStream } from './stream-check.ts';

/** At most eight digits and a unit, as the protocol has it. */
const TIMEOUT = /^(\d{1,8})([HMSmun])$/;
const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000_001 };
/** The longest that a timer runs; what is longer is over at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const LONGEST_TIMEOUT = `${Math.floor(MAX_TIMER_MS / 1_000)}S`;

/**
 * grpc-js answers INTERNAL, the code for our own faults, to a `grpc-timeout` that is none, and decides the call all the same; and it takes one of
 * more than 24 days for one that has passed. Here what is no timeout is INVALID_ARGUMENT, undecided, and what is too long becomes as long as can be.
 */
export const checkTimeout: CheckStream = (stream, headers) => {
  const timeout = headers['grpc-timeout'];
  if (timeout === undefined) return true;
  const [, amount, unit = ''] = TIMEOUT.exec(String(timeout)) ?? [];
  if (amount === undefined) {
    refuse(stream);
    return false;
  }
  if (Number(amount) * (UNIT_MS[unit] ?? 0) > MAX_TIMER_MS) headers['grpc-timeout'] = LONGEST_TIMEOUT;
  return true;
};

/** An answer without a message is nothing but its header. */
function refuse(stream: ServerHttp2Stream): void {
  const head = {
    ':status': 200,
    'content-type': 'application/grpc+proto',
    'grpc-status': String(status.INVALID_ARGUMENT),
    'grpc-message': 'The metadata grpc-timeout is not a timeout.',
  };
  stream.respond(head, { endStream: true });
}
