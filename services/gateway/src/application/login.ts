import { parseUsername } from '../domain/username.ts';
import type { AccountStore } from '../ports/account-store.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import { openSession, type Session } from './session.ts';
import type { SignToken } from './sign-token.ts';

export interface LoginCommand {
  readonly username: string;
  readonly password: string;
}

/** One refusal for a wrong password and for a user who does not exist. */
export type LoginOutcome =
  | { readonly kind: 'signed_in'; readonly session: Session }
  | { readonly kind: 'wrong_credentials' }
  | { readonly kind: 'busy' };

export interface LoginDeps {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly signToken: SignToken;
  readonly tokenTtlSeconds: number;
}

export type Login = (command: LoginCommand) => Promise<LoginOutcome>;

/** Signs a registered user in. Every attempt costs one hash, whether or not the account exists. */
export function createLogin({ accounts, hasher, signToken, tokenTtlSeconds }: LoginDeps): Login {
  return async ({ username, password }) => {
    const parsed = parseUsername(username);
    const account = parsed.kind === 'username' ? await accounts.findForLogin(parsed.username) : undefined;
    const verdict = await hasher.verify(password, account?.passwordRecord);
    if (verdict.kind === 'busy') return verdict;
    if (verdict.kind === 'differs' || account === undefined) return { kind: 'wrong_credentials' };
    return { kind: 'signed_in', session: await openSession(account, signToken, tokenTtlSeconds) };
  };
}
