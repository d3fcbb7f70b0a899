import { lengthProblem, type CharacterRange } from './characters.ts';

export const DISPLAY_NAME_CHARACTERS: CharacterRange = { min: 1, max: 100 };
/** The longest address that mail can be sent to (RFC 5321, 4.5.3.1.3, without the brackets). */
export const EMAIL_CHARACTERS: CharacterRange = { min: 3, max: 254 };

/** Deliberately loose: only a message that arrives proves an address. */
const EMAIL = /^[^\s@]+@[^\s@]+$/u;
const HAS_CONTROLS = /[\p{Cc}\p{Cs}]/u;

/** Why a display name is refused, or undefined when it is allowed. */
export function displayNameProblem(displayName: string): string | undefined {
  if (displayName.trim() === '') return 'must not be blank';
  if (HAS_CONTROLS.test(displayName)) return 'must not contain control characters';
  return lengthProblem(displayName, DISPLAY_NAME_CHARACTERS);
}

/** Why an e-mail address is refused, or undefined when it is allowed. */
export function emailProblem(email: string): string | undefined {
  if (!EMAIL.test(email) || HAS_CONTROLS.test(email)) return 'must be an e-mail address';
  return lengthProblem(email, EMAIL_CHARACTERS);
}
