import { lengthProblem, type CharacterRange } from './characters.ts';

/** A password may contain any characters; only their number is bounded. */
export const PASSWORD_CHARACTERS: CharacterRange = { min: 8, max: 128 };

/**
 * The form of a password that is hashed: composed (NFC), since keyboards differ in how they send `é`, and otherwise as typed: no
 * trimming and no change of case (RFC 8265, OpaqueString).
 */
export const canonicalPassword = (password: string): string => password.normalize('NFC');

/** Why a new password is refused, or undefined when it is allowed. */
export function passwordProblem(password: string): string | undefined {
  // Half of a surrogate pair has no UTF-8 form: all such halves would be hashed as the same replacement character.
  if (!password.isWellFormed()) return 'must be well-formed Unicode text';
  return lengthProblem(canonicalPassword(password), PASSWORD_CHARACTERS);
}
