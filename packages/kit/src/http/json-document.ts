import { isAscii, isUtf8 } from 'node:buffer';
import { scan } from 'secure-json-parse';

/** What became of a body's bytes. Each refusal says in a sentence what the sender did wrong. */
export type DecodedJson =
  | { readonly kind: 'document'; readonly document: unknown }
  | { readonly kind: 'malformed'; readonly reason: string };

const malformed = (reason: string): DecodedJson => ({ kind: 'malformed', reason });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Decodes a JSON body that nobody vouches for. Refused: bytes that are not UTF-8, text that is not JSON, nesting deeper than `maxDepth`
 * (found before parsing, so that depth costs no memory), and keys that reach for prototypes, however they are escaped and wherever they
 * stand. Of duplicate keys the last wins.
 */
export function decodeJson(bytes: Buffer, maxDepth: number): DecodedJson {
  const ascii = isAscii(bytes);
  if (!ascii && !isUtf8(bytes)) return malformed('is not valid UTF-8');
  const text = ascii ? bytes.toString('latin1') : bytes.toString('utf8');
  if (mayExceed(text, maxDepth) && isDeeperThan(bytes, maxDepth)) return malformed(`is nested deeper than ${maxDepth} levels`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold secrets.
    return malformed('is not valid JSON');
  }
  return mayReachPrototype(text) && reachesPrototype(document)
    ? malformed('contains a key that is not allowed: __proto__ or constructor.prototype')
    : { kind: 'document', document };
}

/** Whether the text opens more brackets than `maxDepth` at all: most bodies do not, and are not looked at further. */
function mayExceed(text: string, maxDepth: number): boolean {
  let opened = 0;
  for (let at = text.indexOf('['); at !== -1; at = text.indexOf('[', at + 1)) if (++opened > maxDepth) return true;
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at + 1)) if (++opened > maxDepth) return true;
  return false;
}

/** Counts brackets outside strings. Works on text that is not JSON as well: what it lets through, the parser judges. */
function isDeeperThan(bytes: Buffer, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > maxDepth) return true;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
  return false;
}

/** A dangerous key stands in the text as it is, or with an escape in it; other texts need no walk. */
function mayReachPrototype(text: string): boolean {
  return text.includes('__proto__') || text.includes('\\u') || text.includes('constructor');
}

function reachesPrototype(document: unknown): boolean {
  return typeof document === 'object' && document !== null && scan(document as Record<string, unknown>, { safe: true }) === null;
}
