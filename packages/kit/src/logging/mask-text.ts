/** Stands where a secret stood. */
export const MASKED = '[masked]';

/** The longest text of a log line, so that a hostile value cannot fill the disk. */
const MAX_CHARS = 4_096;

/** A name that tells of a secret, however it is spelled and whatever surrounds it. */
const NAME =
  '[\\w-]{0,40}(?:pass-?word|passwd|pass-?phrase|pwd|secret|token|signature|api[_-]?key|access[_-]?key|private[_-]?key|credential|e-?mail|card[_-]?number|cvc|cvv|otp)[\\w-]{0,20}';
/** What stands between a name and its value: a quote that may be escaped, then `:` or `=`, which may be encoded. */
const BETWEEN = '(?:\\\\*["\'])?\\s*(?:[=:]|%3[ad])\\s*';
/** A value in quotes goes to the closing one, or to the end of the text. */
const QUOTED = '\\\\*"(?:[^"\\\\]|\\\\.)*"?|\\\\*\'(?:[^\'\\\\]|\\\\.)*\'?';

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/** The value of such a header may have spaces: it goes to the end of its line. */
const HEADER_NAME = '(?:proxy-)?authorization|(?:set-)?cookie';
const HEADER = new RegExp(`((?:${HEADER_NAME})${BETWEEN})(?:${QUOTED}|[^\\r\\n]+)`, 'gi');
/** Name and value in quotes, one after the other in a list, or as members `name` and `value` of an object. */
const PAIR = new RegExp(`(["'](?:${HEADER_NAME}|${NAME})\\\\*["']\\s*,\\s*(?:\\\\*["']value\\\\*["']\\s*:\\s*)?)(?:${QUOTED})`, 'gi');
/* A word may begin right after a line break or a tab that JSON has escaped: what looks like a letter before it is none. */
const CREDENTIALS = /(Bearer|Basic|Digest|DPoP)\s+[^\s"',]+/gi;
const NAMED_VALUE = new RegExp(`(${NAME}${BETWEEN})(?:${QUOTED}|[^\\s"'&,;}\\\\]+)`, 'gi');
const JWT = /eyJ[\w-]{6,}(?:\.[\w-]*){0,4}|(?<![\w-])[\w-]{6,}\.[\w-]{6,}\.[\w-]{6,}/g;
const SIGNATURE = /(v1a?,|sha(?:1|256|512)=)[A-Za-z0-9+/=_-]{16,}/g;
const USER_OF_URL = /(\w:\/\/)[^\s/@"'<>]{1,256}@/g;
const EMAIL = /[^\s@"<>()[\]:;,]{1,64}(?:@|%40)[^\s@%"'<>()=:,;/?&]{1,190}\.(?:\p{L}{2,}|xn--[a-z\d-]+)/giu;
const LONG_NUMBER = /(?<=^|[^\dA-Za-z]|\\[nrtbf]|\\u[\da-f]{4})\d(?:[ -]?\d){13,18}(?![\dA-Za-z])/g;

/** A text without what looks like a secret, whatever surrounds it. */
export function maskText(text: string): string {
  return bounded(text)
    .replace(PRIVATE_KEY, MASKED)
    .replace(HEADER, `$1${MASKED}`)
    .replace(PAIR, `$1${MASKED}`)
    .replace(CREDENTIALS, `$1 ${MASKED}`)
    .replace(JWT, (found) => (looksLikeToken(found) ? MASKED : found))
    .replace(NAMED_VALUE, `$1${MASKED}`)
    .replace(SIGNATURE, `$1${MASKED}`)
    .replace(USER_OF_URL, `$1${MASKED}@`)
    .replace(EMAIL, MASKED)
    .replace(LONG_NUMBER, (found) => (isCardNumber(found) ? MASKED : found));
}

const ENDS_WORD = /[\s"'<>(){}[\],;]/;
const MAY_BE_CARD = /[\d -]/;

/** A long text is cut before the word that the limit falls into: half a secret would not be known for one. */
function bounded(text: string): string {
  if (text.length <= MAX_CHARS) return text;
  let end = MAX_CHARS;
  while (end > 0 && !ENDS_WORD.test(text.charAt(end - 1))) end--;
  while (end > 0 && MAY_BE_CARD.test(text.charAt(end - 1))) end--;
  return `${text.slice(0, end)}…`;
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
