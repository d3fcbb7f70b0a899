import type { Language } from '../errors/registry.ts';
import type { Spelling } from './spelling.ts';

/** Longer headers than any browser sends are not read at all. */
const MAX_HEADER_CHARS = 1024;
const KOREAN = /^ko(?:-|$)/;
const ENGLISH = /^(?:en(?:-|$)|\*$)/;

/**
 * The language that an `Accept-Language` header likes best of those we speak: the highest weight, the earlier one where equal. English
 * when it names neither, or is not readable.
 */
export function acceptedLanguage(header: string | undefined): Language {
  if (header === undefined || header.length > MAX_HEADER_CHARS) return 'en';
  let best: Language = 'en';
  let bestWeight = 0;
  for (const part of header.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const language = KOREAN.test(range) ? 'ko' : ENGLISH.test(range) ? 'en' : undefined;
    const weight = weightOf(parameters);
    if (language !== undefined && weight > bestWeight) {
      best = language;
      bestWeight = weight;
    }
  }
  return best;
}

function weightOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}

const ASKS_FOR_SNAKE = /(?:application\/json|\*\/\*)\s*;[^,]*\bcase=snake\b/i;

/** The spelling that an `Accept: application/json; case=snake` asks for where no body decides; camelCase otherwise. */
export function acceptedSpelling(header: string | undefined): Spelling {
  return header !== undefined && header.length <= MAX_HEADER_CHARS && ASKS_FOR_SNAKE.test(header) ? 'snake' : 'camel';
}
