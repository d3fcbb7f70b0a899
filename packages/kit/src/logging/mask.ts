/** Stands where a secret stood. */
const MASKED = '[masked]';

/** Bounds of one log line: what goes deeper, or is longer, is cut, so that a hostile value cannot fill the disk. */
const MAX_DEPTH = 6;
const MAX_ITEMS = 50;
const MAX_CHARS = 4_096;

/** Names, without `_` and `-` and in small letters, whose values are never printed. */
const SECRET_NAME = /password|passwd|passphrase|secret|token|authorization|cookie|signature|privatekey|apikey|credential|cardnumber|email|^jwt$|^card$|^pan$/;
/** Names whose values are secret even as small numbers. */
const SECRET_NUMBER_NAME = /^(?:cvc|cvv|pin|otp|card|pan)\d?$|cardnumber|cardcvc|securitycode/;

const JWT = /\b[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}/g;
const CREDENTIALS = /\b(Bearer|Basic)\s+[^\s"',]+/gi;
const NAMED_VALUE = /\b([\w-]{0,40}(?:password|passwd|secret|token|signature|apikey|api_key|email|cvc|cvv)["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi;
const SIGNATURE = /\b(v1a?,|sha256=)[A-Za-z0-9+/=_-]{16,}/g;
const EMAIL = /[^\s@"'<>()=:,;/?&]{1,64}@[^\s@"'<>()=:,;/?&]{1,190}\.[A-Za-z]{2,}/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const LONG_NUMBER = /(?<![\dA-Za-z])\d(?:[ -]?\d){13,18}(?![\dA-Za-z])/g;

/** A copy of what is about to be logged, without tokens, passwords, signatures, card data and e-mail addresses, however deep they stand. */
export function mask(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Error) return maskError(value, depth);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return maskList(value, depth);
  return maskMembers(value, depth);
}

/** The same for a text: what looks like a secret goes, whatever surrounds it. */
export function maskText(text: string): string {
  const bounded = text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
  return bounded
    .replace(PRIVATE_KEY, MASKED)
    .replace(CREDENTIALS, `$1 ${MASKED}`)
    .replace(JWT, (found) => (looksLikeToken(found) ? MASKED : found))
    .replace(NAMED_VALUE, `$1${MASKED}`)
    .replace(SIGNATURE, `$1${MASKED}`)
    .replace(EMAIL, MASKED)
    .replace(LONG_NUMBER, (found) => (isCardNumber(found) ? MASKED : found));
}

function maskMembers(value: object, depth: number): Readonly<Record<string, unknown>> {
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(entries.map(([name, member]) => [name, isSecret(name, member) ? MASKED : mask(member, depth + 1)]));
}

function maskList(items: readonly unknown[], depth: number): readonly unknown[] {
  const shown = items.slice(0, MAX_ITEMS).map((item) => mask(item, depth + 1));
  return items.length > MAX_ITEMS ? [...shown, `[${items.length - MAX_ITEMS} more]`] : shown;
}

function maskError(error: Error, depth: number): Readonly<Record<string, unknown>> {
  const { cause, code } = error as Error & { readonly code?: unknown };
  return {
    type: error.name,
    message: maskText(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: maskText(error.stack) }),
    ...(cause === undefined ? {} : { cause: mask(cause, depth + 1) }),
  };
}

function isSecret(name: string, member: unknown): boolean {
  if (member === null || member === undefined || typeof member === 'boolean') return false;
  const plain = name.replace(/[_-]/g, '').toLowerCase();
  // Counts of tokens and the like are no secrets; a number under a card's name is.
  if (typeof member === 'number' || typeof member === 'bigint') return SECRET_NUMBER_NAME.test(plain);
  return SECRET_NAME.test(plain) || SECRET_NUMBER_NAME.test(plain);
}

/** Versions and host names have the same three parts; a token's are longer, and its header begins as JSON does in base64. */
const looksLikeToken = (text: string): boolean => text.startsWith('ey') || text.length >= 60;

/** Luhn's check digit keeps instants and counters readable. */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits.charAt(digits.length - 1 - i));
    const weighted = i % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
