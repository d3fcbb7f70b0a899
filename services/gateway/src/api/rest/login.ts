import type { Fields, Refusal, Route } from '@traffic-tacos/kit';
import type { Login } from '../../application/login.ts';
import { text } from './fields.ts';

/** Passwords outside the rules of registration are simply wrong here: a refusal of their length would say nothing more. */
const BODY: Fields = {
  username: { schema: { type: 'string' }, required: true },
  password: { schema: { type: 'string' }, required: true },
};

const WRONG_CREDENTIALS: Refusal = {
  refused: 'UNAUTHENTICATED',
  details: [{ field: 'password', reason: 'username or password is wrong' }],
};

/** More sign-ins wait than may: the next second has room for some. */
export const TOO_MANY_SIGN_INS: Refusal = { refused: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 };

/** `POST /api/v1/auth/login`. */
export function loginRoute(login: Login): Route {
  return {
    method: 'POST',
    path: '/api/v1/auth/login',
    access: 'anyone',
    summary: 'Sign in',
    body: BODY,
    handle: async ({ body }) => {
      const outcome = await login({ username: text(body, 'username'), password: text(body, 'password') });
      switch (outcome.kind) {
        case 'signed_in':
          return { status: 200, body: { ...outcome.session } };
        case 'wrong_credentials':
          return WRONG_CREDENTIALS;
        case 'busy':
          return TOO_MANY_SIGN_INS;
      }
    },
  };
}
