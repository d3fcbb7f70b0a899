import { MASKED, maskText } from './mask-text.ts';

/** Bounds of one log line: what goes deeper, or is more, is cut, so that a hostile value cannot fill the disk. */
const MAX_DEPTH = 6;
const MAX_ITEMS = 50;

/** Names, without `_` and `-` and in small letters, whose values are never printed. */
const SECRET_NAME =
  /password|passwd|passphrase|pwd|^pass$|secret|token|authorization|cookie|signature|^sig$|hmac|privatekey|apikey|accesskey|credential|sessionid|cardnumber|creditcard|email|^mail$|^jwt$|^card$|^pan$/;
/** Names whose values are secret even as numbers. Counts of tokens are no secrets. */
const SECRET_NUMBER_NAME = /password|passwd|passphrase|pwd|secret$|token$|^(?:cvc|cvv|pin|otp|card|pan)\d?$|cardnumber|creditcard|cardcvc|securitycode/;
/** A card number has at least 14 digits. */
const LEAST_CARD = 10_000_000_000_000;

/** A copy of what is about to be logged, without tokens, passwords, signatures, card data and e-mail addresses, however deep they stand. It never throws. */
export function mask(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value === 'number' || typeof value === 'bigint') return maskNumber(value);
  // What cannot be data would be asked for its own opinion when the line is written: a member toJSON.
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  return depth >= MAX_DEPTH ? '[deeper]' : maskObject(value, depth);
}

function maskObject(value: object, depth: number): unknown {
  try {
    if (value instanceof Error) return maskError(value, depth);
    if (value instanceof Date) return value;
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) return maskList(value, depth);
    if (value instanceof Set) return maskList([...value], depth);
    const entries: readonly (readonly [unknown, unknown])[] = value instanceof Map ? [...value] : Object.entries(value);
    return maskMembers(entries, depth);
  } catch {
    // A getter of somebody else's may throw, and what is logged is mostly a failure already.
    return '[unreadable]';
  }
}

function maskMembers(members: readonly (readonly [unknown, unknown])[], depth: number): Readonly<Record<string, unknown>> {
  const shown = members.slice(0, MAX_ITEMS).map(([key, member]) => [typeof key === 'string' ? key : String(mask(key, MAX_DEPTH)), member] as const);
  const named = nameBeside(shown);
  const masked = shown.map(([name, member]) => {
    const tellingName = name === 'value' ? (named ?? name) : name;
    return [maskText(name), isSecret(tellingName, member) ? MASKED : mask(member, depth + 1)] as const;
  });
  return Object.fromEntries(masked);
}

/** Headers and fields are also written as objects with `name` and `value`. */
function nameBeside(members: readonly (readonly [string, unknown])[]): string | undefined {
  const named = members.find(([name, member]) => (name === 'name' || name === 'key' || name === 'field') && typeof member === 'string');
  return named === undefined ? undefined : String(named[1]);
}

/** In a list of names and values by turns, as headers come from the wire, the name stands before. */
function maskList(items: readonly unknown[], depth: number): readonly unknown[] {
  const shown = items.slice(0, MAX_ITEMS).map((item, i) => {
    const before = items[i - 1];
    return typeof before === 'string' && typeof item === 'string' && isSecret(before, item) ? MASKED : mask(item, depth + 1);
  });
  return items.length > MAX_ITEMS ? [...shown, `[${items.length - MAX_ITEMS} more]`] : shown;
}

function maskError(error: Error, depth: number): Readonly<Record<string, unknown>> {
  const { cause, code, errors } = error as Error & { readonly code?: unknown; readonly errors?: unknown };
  return {
    type: maskText(error.name),
    message: maskText(error.message),
    ...(typeof code === 'string' ? { code: maskText(code) } : {}),
    ...(error.stack === undefined ? {} : { stack: maskText(error.stack) }),
    ...(cause === undefined ? {} : { cause: mask(cause, depth + 1) }),
    ...(Array.isArray(errors) ? { errors: mask(errors, depth + 1) } : {}),
  };
}

function maskNumber(value: number | bigint): unknown {
  const isLong = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (isLong && value >= LEAST_CARD && maskText(String(value)) === MASKED) return MASKED;
  return typeof value === 'bigint' ? String(value) : value;
}

function isSecret(name: string, member: unknown): boolean {
  if (member === null || member === undefined || typeof member === 'boolean') return false;
  const plain = name.replace(/[_-]/g, '').toLowerCase();
  if (typeof member === 'number' || typeof member === 'bigint') return SECRET_NUMBER_NAME.test(plain);
  return SECRET_NAME.test(plain) || SECRET_NUMBER_NAME.test(plain);
}
