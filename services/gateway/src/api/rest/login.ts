import type { Fields, Route } from '@traffic-tacos/kit';
import type { Login } from '../../application/login.ts';
import { REFUSALS } from '../../errors.ts';
import { SIGN_IN_ANSWERS } from './sign-in-answers.ts';
import { text } from './fields.ts';
import { reply } from './reply.ts';
import { SIGN_IN_RATE } from './sign-in-rate.ts';

/** Passwords outside the rules of registration are simply wrong here: a refusal of their length would say nothing more. */
const BODY: Fields = {
  username: { schema: { type: 'string' }, required: true },
  password: { schema: { type: 'string' }, required: true },
};

/** `POST /api/v1/auth/login`. */
export function loginRoute(login: Login): Route {
  return {
    method: 'POST',
    path: '/api/v1/auth/login',
    access: 'anyone',
    summary: 'Sign in',
    body: BODY,
    rateLimit: SIGN_IN_RATE,
    answers: { 200: SIGN_IN_ANSWERS.signedIn },
    refusals: ['UNAUTHENTICATED', 'SERVICE_UNAVAILABLE'],
    handle: async ({ body }) => {
      const outcome = await login({ username: text(body, 'username'), password: text(body, 'password') });
      switch (outcome.kind) {
        case 'signed_in':
          return reply(200, { ...outcome.session });
        case 'wrong_credentials':
          return REFUSALS.wrongCredentials;
        case 'busy':
          return REFUSALS.signInBusy;
      }
    },
  };
}
