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
  const marked = (text: string): string | undefined => (text.includes(SECRET_MARK) ? 'a password or client secret' : undefined);
  // Every token of the platform has this header. Tickets are signed as well, and are theirs to read who have bought them.
  const header = `${world.organizer.authorization?.slice('Bearer '.length).split('.')[0] ?? ''}.`;
  return {
    inAnswer: (text, { authorization }) => {
      const signature = signatures.get(authorization) ?? '';
      // Tokens that the platform hands out itself, at sign-in, stand under their own name.
      if (text.includes(header) && !HANDED_OUT.test(text)) return 'a token';
      return marked(text) ?? (signature !== '' && text.includes(signature) ? SIGNATURE : undefined);
    },
    inLog: (line) => {
      if (TOKEN.test(line)) return 'a token';
      return marked(line) ?? ([...signatures.values()].some((signature) => signature !== '' && line.includes(signature)) ? SIGNATURE : undefined);
    },
  };
}
