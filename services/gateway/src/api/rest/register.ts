import type { Fields, Route } from '@traffic-tacos/kit';
import type { Register } from '../../application/register.ts';
import { EMAIL_CHARACTERS, DISPLAY_NAME_CHARACTERS } from '../../domain/profile.ts';
import { PASSWORD_CHARACTERS } from '../../domain/password.ts';
import { USERNAME_CHARACTERS } from '../../domain/username.ts';
import type { CharacterRange } from '../../domain/characters.ts';
import { REFUSALS } from '../../errors.ts';
import { SIGN_IN_ANSWERS } from './sign-in-answers.ts';
import { optionalText, text } from './fields.ts';
import { reply } from './reply.ts';
import { SIGN_IN_RATE } from './sign-in-rate.ts';

/** The schema counts characters as the domain does; what it cannot say, the domain checks after it. */
const textOf = ({ min, max }: CharacterRange): Readonly<Record<string, unknown>> => ({ type: 'string', minLength: min, maxLength: max });

const BODY: Fields = {
  username: { schema: textOf(USERNAME_CHARACTERS), required: true },
  password: { schema: textOf(PASSWORD_CHARACTERS), required: true },
  email: { schema: textOf(EMAIL_CHARACTERS) },
  displayName: { schema: textOf(DISPLAY_NAME_CHARACTERS) },
};

/** `POST /api/v1/auth/register`. A `role` in the body is not a field of the route, so nothing reads it. */
export function registerRoute(register: Register): Route {
  return {
    method: 'POST',
    path: '/api/v1/auth/register',
    access: 'anyone',
    summary: 'Register and sign in',
    body: BODY,
    rateLimit: SIGN_IN_RATE,
    answers: { 201: SIGN_IN_ANSWERS.registered },
    refusals: ['INVALID_REQUEST', 'USERNAME_TAKEN', 'SERVICE_UNAVAILABLE'],
    handle: async ({ body }) => {
      const outcome = await register({
        username: text(body, 'username'),
        password: text(body, 'password'),
        displayName: optionalText(body, 'displayName'),
        email: optionalText(body, 'email'),
      });
      switch (outcome.kind) {
        case 'registered':
          return reply(201, { ...outcome.session });
        case 'invalid':
          return { refused: 'INVALID_REQUEST', details: outcome.problems };
        case 'username_taken':
          return REFUSALS.usernameTaken;
        case 'busy':
          return REFUSALS.signInBusy;
      }
    },
  };
}
