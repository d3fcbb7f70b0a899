import { epochMsOf } from '@traffic-tacos/contracts';
import type { Timestamp } from '@traffic-tacos/contracts/google/protobuf/timestamp';
import type { ErrorCode, Error as WireError } from '@traffic-tacos/contracts/proto/common/v1/errors';
import { epochMs, Unavailable, type EpochMs } from '@traffic-tacos/kernel';
import type { UpstreamAnswer, UpstreamRefusal } from '@traffic-tacos/kit';

/** Another service answered what this one's questions never lead to: a bug of one of the two, or a version that does not fit. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
  }
}

/** Another service does not take this one's credential. No client can do anything about that. */
class CredentialRefused extends Unavailable {
  override readonly name = 'CredentialRefused';
}

/** What a code in an answer's `error` means to the question that was asked. */
export type Refusals<Kind extends string> = Readonly<Partial<Record<ErrorCode, Kind>>>;

export function meaningOf<Kind extends string>(refusals: Refusals<Kind>, error: WireError): Kind {
  const kind = refusals[error.code];
  if (kind === undefined) throw unexpectedError(error);
  return kind;
}

export const unexpectedError = ({ code, message }: WireError): UnexpectedAnswer => new UnexpectedAnswer(`the code ${code}`, message);

export function responseOf<Response>(answer: UpstreamAnswer<Response>): Response {
  if (answer.kind === 'answered') return answer.response;
  throw unexpectedRefusal(answer.refusal);
}

export const unexpectedRefusal = ({ status, message }: UpstreamRefusal): Error =>
  status === 'UNAUTHENTICATED' || status === 'PERMISSION_DENIED'
    ? new CredentialRefused(`this service's credential was refused: ${message}`)
    : new UnexpectedAnswer(status, message);

export const errorOf = (answer: UpstreamAnswer<{ readonly error?: WireError | undefined }>): WireError | undefined => responseOf(answer).error;

/** An instant that the answer must have. */
export function instantOf(timestamp: Timestamp | undefined, field: string): EpochMs {
  const instant = timestamp === undefined ? undefined : epochMsOf(timestamp);
  if (instant === undefined) throw new UnexpectedAnswer('an answer', `without ${field}`);
  return epochMs(instant);
}
