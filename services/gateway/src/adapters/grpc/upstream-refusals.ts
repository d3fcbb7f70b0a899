import { Unavailable } from '@traffic-tacos/kernel';
import type { Refusal, UpstreamAnswer, UpstreamRefusal } from '@traffic-tacos/kit';

/** A service behind the gateway does not take the gateway's credential. No client can do anything about that. */
class CredentialRefused extends Unavailable {
  override readonly name = 'CredentialRefused';
}

/** A service behind the gateway answered what no request of the gateway leads to. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** An answer, or the refusal as it goes through to the client: the services behind name it by codes of the same error registry. */
export function responseOrRefusal<Response>(answer: UpstreamAnswer<Response>): { readonly response: Response } | Refusal {
  return answer.kind === 'answered' ? { response: answer.response } : refusalOf(answer.refusal);
}

/** Of a question that has one right answer. */
export function responseOf<Response>(answer: UpstreamAnswer<Response>): Response {
  if (answer.kind === 'answered') return answer.response;
  throw unexpected(answer.refusal);
}

/** The response, or undefined where there is no such thing, or it is somebody else's. */
export function found<Response>(answer: UpstreamAnswer<Response>): Response | undefined {
  if (answer.kind === 'answered') return answer.response;
  if (answer.refusal.status === 'NOT_FOUND') return undefined;
  throw unexpected(answer.refusal);
}

function refusalOf(refusal: UpstreamRefusal): Refusal {
  const { reason, details, status, retryAfterMs } = refusal;
  // What is refused to the gateway itself says nothing about a field of the request.
  const isOurs = status === 'UNAUTHENTICATED' || (status === 'PERMISSION_DENIED' && details.length === 0);
  if (isOurs || reason === '') throw unexpected(refusal);
  return {
    refused: reason,
    ...(details.length === 0 ? {} : { details: details.map(({ field, reason: because }) => ({ field: camelCase(field), reason: because })) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
  };
}

const unexpected = ({ status, message }: UpstreamRefusal): Error =>
  status === 'UNAUTHENTICATED' || status === 'PERMISSION_DENIED'
    ? new CredentialRefused(`the gateway's credential was refused: ${message}`)
    : new UnexpectedAnswer(`${status}: ${message}`);

/** Details name fields as the contract spells them; the edge spells them for the client again. */
const camelCase = (field: string): string => field.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
