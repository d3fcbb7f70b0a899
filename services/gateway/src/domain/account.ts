import type { EpochMs } from '@traffic-tacos/kernel';

/** Roles that the issuer's tokens carry. Registration gives `user` only; the others come from the operator's command line. */
export type Role = 'user' | 'organizer' | 'admin';

export const ROLES: readonly Role[] = ['user', 'organizer', 'admin'];

/** Who registers, with everything checked and the password already turned into its record. */
export interface Registrant {
  /** A generated id, `usr_…`, used only if the registration succeeds. */
  readonly userId: string;
  /** Normalised by `parseUsername`: one spelling for each name. */
  readonly username: string;
  readonly displayName: string;
  readonly email: string | undefined;
  /** Salt, parameters and hash in one text; never the password. */
  readonly passwordRecord: string;
}

/** A registered user as stored. The key is the username; `version` counts the changes of it. */
export interface Account extends Registrant {
  readonly role: Role;
  readonly createdAtMs: EpochMs;
  readonly version: number;
}

export type RegistrationDecision =
  | { readonly kind: 'registered'; readonly account: Account }
  | { readonly kind: 'username_taken' };

/** One account for each username: whoever is first has it. `existing` is the account that has the registrant's username now. */
export function decideRegistration(existing: Account | undefined, registrant: Registrant, nowMs: EpochMs): RegistrationDecision {
  if (existing !== undefined) return { kind: 'username_taken' };
  return { kind: 'registered', account: { ...registrant, role: 'user', createdAtMs: nowMs, version: 1 } };
}
