import { SECRET_MARK, type World } from './world.ts';

/** As many characters of a secret's end are enough to know it by. */
const KNOWN_BY = 20;
/** Signatures and other random texts are at least as long. */
const LONG_TEXT = /[A-Za-z0-9_+/-]{40,}/g;
const TOKEN = /eyJ[A-Za-z0-9_-]{10,}\.eyJ/;

/** Knows everything that must never come out again. */
export interface Secrets {
  /** What sort of secret stands in a text, or undefined. */
  in(text: string): string | undefined;
}

/** Tokens that the platform hands out itself, at sign-in, are told by their form alone, so answers that carry one are not looked at. */
export function createSecrets(world: World): Secrets {
  const senders = [world.organizer, world.admin, ...world.people.map(({ sender }) => sender), ...Object.values(world.services)];
  const ends = new Set(senders.flatMap(({ authorization = '' }) => authorization.slice('Bearer '.length).split('.').slice(2).map((part) => part.slice(-KNOWN_BY))));
  return {
    in: (text) => {
      if (text.includes(SECRET_MARK)) return 'a password or client secret';
      if (TOKEN.test(text) && !/"(?:token|access_?[tT]oken)":"eyJ/.test(text)) return 'a token';
      // Few texts are this long without a space, so looking costs little.
      for (const [found] of text.matchAll(LONG_TEXT)) if (ends.has(found.slice(-KNOWN_BY))) return 'the signature of a token';
      return undefined;
    },
  };
}
