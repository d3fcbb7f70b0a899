import type { RateLimit } from '@traffic-tacos/kit';

/** Each sign-in costs the hash of a password, and each is a guess: whoever goes on asking gets fewer than of anything else. */
export const SIGN_IN_RATE: RateLimit = { name: 'sign-in', perSecond: 20, burst: 100 };
