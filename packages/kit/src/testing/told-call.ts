import { present } from '@traffic-tacos/kernel';
import { GRPC_ERROR_CODES } from '../grpc/error-codes.ts';
import type { EndedCall } from './grpc-calls.ts';

/** What a call told its client, whichever way outcomes go. */
export interface ToldCall<Response> {
  /** `OK`, `error NOT_FOUND` for an outcome in the response, or the name of a status. */
  readonly verdict: string;
  /** The code of the error table where the call ended with a status. */
  readonly reason: string | undefined;
  readonly message: string;
  /** The fields that the details of a refusal name. */
  readonly fields: readonly string[];
  readonly reasons: readonly string[];
  /** Of an answer, also of one that carries an error. */
  readonly response: Response | undefined;
  /** The response of a call that was carried out; anything else fails the test. */
  readonly done: () => Response;
}

/** `common.v1.Error`, as far as tests look at it. */
interface ErrorMessage {
  readonly code: number;
  readonly message: string;
  readonly details: readonly { readonly field: string; readonly reason: string }[];
}

export function toldOf<Response>({ code, message, response, details }: EndedCall<Response>): ToldCall<Response> {
  const error = (response as { readonly error?: ErrorMessage | undefined } | undefined)?.error;
  const violations = error?.details ?? details?.violations ?? [];
  const verdict = error === undefined ? code : `error ${nameOf(error.code)}`;
  return {
    verdict,
    reason: details?.reason,
    message: error?.message ?? message,
    fields: violations.map(({ field }) => field),
    reasons: violations.map(({ reason }) => reason),
    response,
    done: () => present(verdict === 'OK' ? response : undefined, `an answer and not ${verdict}: ${JSON.stringify(violations)}`),
  };
}

const nameOf = (code: number): string =>
  present(Object.keys(GRPC_ERROR_CODES).find((name) => GRPC_ERROR_CODES[name]?.number === code), `the code ${code} has a name`);
