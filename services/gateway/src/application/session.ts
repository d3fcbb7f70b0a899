import { invariant } from '@traffic-tacos/kernel';
import type { Account, Role } from '../domain/account.ts';
import type { SignToken } from './sign-token.ts';

/** What a user gets who has just proved who they are. */
export interface Session {
  readonly token: string;
  readonly userId: string;
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  /** Seconds until the token ends. */
  readonly expiresIn: number;
}

/** Opens a session for an account that the caller has authenticated. */
export async function openSession(account: Account, signToken: SignToken, ttlSeconds: number): Promise<Session> {
  const { userId, username, displayName, role } = account;
  const signed = await signToken({ userId, role, ttlSeconds });
  invariant(signed.kind === 'signed', 'a stored account and a checked lifetime can always be signed');
  return { token: signed.token, userId, username, displayName, role, expiresIn: signed.expiresInSeconds };
}
