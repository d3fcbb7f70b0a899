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

/** Empty where the credential has none that is long enough to be one. */
function signatureOf({ authorization = '' }: Sender): string {
  const signature = authorization.split('.')[2]?.slice(0, KNOWN_BY) ?? '';
  return signature.length < KNOWN_BY ? '' : signature;
}


export function createSecrets(world: World): Secrets {
  const senders = [world.organizer, world.admin, ...world.people.map(({ sender }) => sender), ...world.forged];
  const signatures = senders.map(signatureOf).filter((signature) => signature !== '');
  const marked = (text: string): string | undefined => (text.includes(SECRET_MARK) ? 'a password or client secret' : undefined);
  // Every token of the platform has this header. Tickets are signed as well, and are theirs to read who have bought them.
  const header = `${world.organizer.authorization?.slice('Bearer '.length).split('.')[0] ?? ''}.`;
  return {
    inAnswer: (text, sender) => {
      const signature = signatureOf(sender);
      // Tokens that the platform hands out itself, at sign-in, stand under their own name.
      if (text.includes(header) && !HANDED_OUT.test(text)) return 'a token';
      return marked(text) ?? (signature !== '' && text.includes(signature) ? SIGNATURE : undefined);
    },
    inLog: (line) => {
      if (TOKEN.test(line)) return 'a token';
      const ofServices = Object.values(world.services).map(signatureOf);
      return marked(line) ?? ([...signatures, ...ofServices].some((signature) => signature !== '' && line.includes(signature)) ? SIGNATURE : undefined);
    },
  };
}
