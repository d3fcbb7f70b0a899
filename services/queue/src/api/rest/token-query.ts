import type { Fields } from '@traffic-tacos/kit';
import type { QueueTokens } from '../../application/queue-tokens.ts';

/** Longer than any of our tokens; what is longer is not looked at. */
export const TOKEN_CHARS = 1_024;

/** `?token=`, with the place's waiting token. */
export const TOKEN_QUERY: Fields = { token: { schema: { type: 'string', minLength: 1, maxLength: TOKEN_CHARS }, required: true } };

/** Who is counted by the limits of rates: each place by itself, however many share an address. */
export const holderIn =
  (tokens: Pick<QueueTokens, 'readWaitingToken'>) =>
  (waitingToken: string): string | undefined => {
    const key = tokens.readWaitingToken(waitingToken);
    return key === undefined ? undefined : `${key.w0}.${key.w1}.${key.w2}.${key.w3}`;
  };
