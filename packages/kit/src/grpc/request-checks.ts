import { refuse } from '../errors/registry.ts';
import type { Detail, Refusal } from '../http/route.ts';

/* What a decoded message may still be wrong about. Fields are named as the generated code names them. */

/** A refusal with everything that is wrong; undefined when nothing is. */
export function invalidRequest(...problems: readonly (Detail | undefined)[]): Refusal | undefined {
  const details = problems.filter((problem) => problem !== undefined);
  return details.length === 0 ? undefined : refuse('INVALID_REQUEST', { details });
}

/** A text that must be there, such as an id. */
export function requiredText(field: string, text: string, maxChars: number): Detail | undefined {
  return text === '' ? { field, reason: 'is required' } : optionalText(field, text, maxChars);
}

/** A text that may be empty, which means that it was left out. */
export const optionalText = (field: string, text: string, maxChars: number): Detail | undefined =>
  text.length > maxChars ? { field, reason: `must have at most ${maxChars} characters` } : undefined;

/** A list of different texts. One that is too long is not looked into. */
export function distinctTexts(field: string, texts: readonly string[], { most, maxChars }: { readonly most: number; readonly maxChars: number }): readonly (Detail | undefined)[] {
  if (texts.length > most) return [{ field, reason: `must have at most ${most} entries` }];
  return texts.map((text, i) => {
    const place = `${field}[${i}]`;
    return texts.indexOf(text) < i ? { field: place, reason: 'stands in the list a second time' } : requiredText(place, text, maxChars);
  });
}

export const wholeNumber = (field: string, value: number, least: number, most: number): Detail | undefined =>
  value < least || value > most ? { field, reason: `must be ${least} to ${most}` } : undefined;

/** An enum's field may hold a number that this version does not know. */
export const knownWord = (field: string, word: unknown): Detail | undefined =>
  word === undefined ? { field, reason: 'is a number that has no meaning here' } : undefined;

/** What a message leaves out is empty in it. */
export const given = (text: string): string | undefined => (text === '' ? undefined : text);
