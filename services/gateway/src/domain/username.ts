import { lengthProblem, type CharacterRange } from './characters.ts';

export const USERNAME_CHARACTERS: CharacterRange = { min: 3, max: 64 };

/** Spaces, controls, invisible and unassigned characters would make two names look like one. */
const VISIBLE_ONLY = /^[^\p{Z}\p{C}]*$/u;

export type ParsedUsername =
  | { readonly kind: 'username'; readonly username: string }
  | { readonly kind: 'not_a_username'; readonly reason: string };

/**
 * The one spelling of a username, by which it is unique: compatibility forms (full-width letters, ligatures) are unified and
 * capitals made small. The rules hold for that spelling, since unifying can lengthen a name or uncover a space.
 */
export function parseUsername(text: string): ParsedUsername {
  const username = oneSpelling(text);
  if (!VISIBLE_ONLY.test(username)) return { kind: 'not_a_username', reason: 'must not contain spaces or invisible characters' };
  const reason = lengthProblem(username, USERNAME_CHARACTERS);
  return reason === undefined ? { kind: 'username', username } : { kind: 'not_a_username', reason };
}

/** Making capitals small can leave a form that unifies further, so it is unified again. */
function oneSpelling(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}
