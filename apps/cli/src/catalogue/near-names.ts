import { editDistance, editsOf } from '../config/edit-distance.ts';

/** Names with fewer letters are too alike to be taken for each other. */
const SHORTEST = 3;
/** Of the words of two names that mean the same, so many are the same. */
const SAME_WORDS = 2 / 3;

/**
 * The names that somebody will have meant by one that there is not: a letter or two off, written another way (`SALE-STARTS-AT`), or of the
 * same words (`sale_start`, `sale_opens_at`). Empty where it is like none of them.
 */
export function nearNames(given: string, known: readonly string[]): readonly string[] {
  const plain = plainName(given);
  const almost = known.filter((name) => name === plain || (plain.length >= SHORTEST && editDistance(name, plain, editsOf(name)) <= editsOf(name)));
  return almost.length > 0 ? almost : known.filter((name) => sameWords(plain, name));
}

const plainName = (name: string): string => name.trim().replace(/([a-z])(?=[A-Z])/g, '$1_').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_');

/** `at` alone says nothing; a name of one word is not meant by every name that has it. */
function sameWords(given: string, known: string): boolean {
  const [ours, theirs] = [wordsOf(given), wordsOf(known)];
  const both = ours.filter((word) => theirs.includes(word)).length;
  if (both === ours.length && ours.some((word) => word.length >= SHORTEST)) return true;
  return both > 1 && both / Math.max(ours.length, theirs.length) >= SAME_WORDS;
}

const wordsOf = (name: string): readonly string[] => name.split('_').map((word) => word.replace(/s$/, ''));
