/** What argon2id was computed with (RFC 9106): memory in KiB, passes, lanes. */
export interface Argon2Parameters {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

export interface PasswordRecord {
  readonly parameters: Argon2Parameters;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** A stored record that this version cannot read: written by a newer one, or damaged. */
export class UnreadablePasswordRecord extends Error {
  override readonly name = 'UnreadablePasswordRecord';
}

/** Version 1.3 of argon2, as a number: the only one in use. */
const ARGON2_VERSION = 19;
const RECORD = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** The record as text in the form that other argon2 libraries read too: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export function formatPasswordRecord({ parameters, salt, hash }: PasswordRecord): string {
  const { memoryKib, passes, lanes } = parameters;
  return `$argon2id$v=${ARGON2_VERSION}$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Reads what `formatPasswordRecord` wrote. Throws `UnreadablePasswordRecord`; the message does not repeat the record. */
export function parsePasswordRecord(text: string): PasswordRecord {
  const match = RECORD.exec(text);
  if (match === null) throw new UnreadablePasswordRecord('not an argon2id record of version 19');
  const [, memory = '', passes = '', lanes = '', salt = '', hash = ''] = match;
  return {
    parameters: { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
