/** Least and greatest number of characters of a text, both allowed. */
export interface CharacterRange {
  readonly min: number;
  readonly max: number;
}

/** How many characters (Unicode code points) a text has: an emoji is one, although JavaScript's `length` says two. */
function countCharacters(text: string): number {
  let characters = 0;
  for (const _ of text) characters++;
  return characters;
}

/** Why the text is too short or too long, or undefined when it is neither. */
export function lengthProblem(text: string, { min, max }: CharacterRange): string | undefined {
  const characters = countCharacters(text);
  if (characters >= min && characters <= max) return undefined;
  return `must have ${min} to ${max} characters, has ${characters}`;
}
