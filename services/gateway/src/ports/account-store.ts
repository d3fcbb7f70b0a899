import type { EpochMs } from '@traffic-tacos/kernel';
import type { Account, Registrant, RegistrationDecision } from '../domain/account.ts';

export type RegistrationOutcome = RegistrationDecision;

/** Where accounts live. It decides who has a username; an adapter never leaves that to its caller's reading beforehand. */
export interface AccountStore {
  /**
   * Gives the username to the registrant, or says that somebody has it. Durable when it resolves. Rejects with `LimitReached` when
   * no further account fits, with `Unavailable` when the store cannot decide.
   */
  register(registrant: Registrant, nowMs: EpochMs): Promise<RegistrationOutcome>;

  /** The account of a normalised username, for a sign-in; undefined when nobody has it. */
  findForLogin(username: string): Promise<Account | undefined>;
}
