import { newId, type Clock, type Random } from '@traffic-tacos/kernel';
import { displayNameProblem, emailProblem } from '../domain/profile.ts';
import { passwordProblem } from '../domain/password.ts';
import { parseUsername } from '../domain/username.ts';
import type { AccountStore } from '../ports/account-store.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import { openSession, type Session } from './session.ts';
import type { SignToken } from './sign-token.ts';

export interface RegisterCommand {
  readonly username: string;
  readonly password: string;
  readonly displayName: string | undefined;
  readonly email: string | undefined;
}

export interface FieldProblem {
  readonly field: keyof RegisterCommand;
  readonly reason: string;
}

export type RegisterOutcome =
  | { readonly kind: 'registered'; readonly session: Session }
  | { readonly kind: 'invalid'; readonly problems: readonly FieldProblem[] }
  | { readonly kind: 'username_taken' }
  | { readonly kind: 'busy' };

export interface RegisterDeps {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly signToken: SignToken;
  readonly tokenTtlSeconds: number;
  readonly clock: Clock;
  readonly random: Random;
}

export type Register = (command: RegisterCommand) => Promise<RegisterOutcome>;

/** Makes an account with role `user` and a generated id, and signs its owner in. */
export function createRegister({ accounts, hasher, signToken, tokenTtlSeconds, clock, random }: RegisterDeps): Register {
  return async (command) => {
    const parsed = parseUsername(command.username);
    const problems = problemsOf(command, parsed.kind === 'username' ? undefined : parsed.reason);
    if (parsed.kind !== 'username' || problems.length > 0) return { kind: 'invalid', problems };
    const { username } = parsed;
    // Only the store decides; asking first spares the cost of a hash for a name that is taken anyway.
    if ((await accounts.findForLogin(username)) !== undefined) return { kind: 'username_taken' };

    const hashed = await hasher.hash(command.password);
    if (hashed.kind === 'busy') return hashed;
    const { passwordRecord } = hashed;
    const userId = newId('usr', clock.wallMs(), 0, random);
    const displayName = command.displayName ?? command.username;
    const outcome = await accounts.register({ userId, username, displayName, email: command.email, passwordRecord }, clock.nowMs());
    if (outcome.kind === 'username_taken') return outcome;
    return { kind: 'registered', session: await openSession(outcome.account, signToken, tokenTtlSeconds) };
  };
}

function problemsOf({ password, displayName, email }: RegisterCommand, usernameReason: string | undefined): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: FieldProblem['field'], reason: string | undefined): void => {
    if (reason !== undefined) problems.push({ field, reason });
  };
  add('username', usernameReason);
  add('password', passwordProblem(password));
  if (displayName !== undefined) add('displayName', displayNameProblem(displayName));
  if (email !== undefined) add('email', emailProblem(email));
  return problems;
}
