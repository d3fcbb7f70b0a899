import { SECRET_MARK, type Sender, type World } from './world.ts';

/** As many characters of a signature's begin are enough to know it by, wherever it stands. */
const KNOWN_BY = 20;
const SIGNATURE = 'the signature of a token';
const TOKEN = /eyJ[\w-]{10,}\.eyJ/;
const HANDED_OUT = /"(?:token|access_?[tT]oken)":"eyJ/;

/** Knows everything that must never come out again. */
export interface Secrets {
  /** What sort of secret stands in the answer to this sender, or undefined. */
  inAnswer(text: string, sender: Sender): string | undefined;
  /** The same for a line of the log, which may tell of anybody. */
  inLog(line: string): string | undefined;
}

const signatureOf = ({ authorization = '' }: Sender): string => authorization.split('.')[2]?.slice(0, KNOWN_BY) ?? '';

export function createSecrets(world: World): Secrets {
  const senders = [world.organizer, world.admin, ...world.people.map(({ sender }) => sender), ...Object.values(world.services)];
  const signatures = new Map([...senders, ...world.forged].map((sender) => [sender.authorization, signatureOf(sender)]));
  const inText = (text: string): string | undefined => {
    if (text.includes(SECRET_MARK)) return 'a password or client secret';
    // Tokens that the platform hands out itself, at sign-in, stand under their own name.
    return text.includes('eyJ') && TOKEN.test(text) && !HANDED_OUT.test(text) ? 'a token' : undefined;
  };
  return {
    inAnswer: (text, { authorization }) => {
      const signature = signatures.get(authorization) ?? '';
      return inText(text) ?? (signature !== '' && text.includes(signature) ? SIGNATURE : undefined);
    },
    inLog: (line) => inText(line) ?? ([...signatures.values()].some((signature) => signature !== '' && line.includes(signature)) ? SIGNATURE : undefined),
  };
}
