import type { Fields } from '@traffic-tacos/kit';

/** Longer than any of our tokens; what is longer is not looked at. */
export const TOKEN_CHARS = 1_024;

/** `?token=`, with the place's waiting token. */
export const TOKEN_QUERY: Fields = { token: { schema: { type: 'string', minLength: 1, maxLength: TOKEN_CHARS }, required: true } };
