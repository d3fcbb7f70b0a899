import { isIP } from 'node:net';
import { durationMs, type DurationMs } from '@traffic-tacos/kernel';

/** What a text in the environment means, or why it means nothing. The reason is the end of a sentence: "must be …". */
export type Parsed<T> = { readonly kind: 'value'; readonly value: T } | { readonly kind: 'problem'; readonly reason: string };

/** How the texts of one setting are read. */
export interface SettingType<T> {
  /** For people: "a whole number from 1 to 10". */
  readonly description: string;
  parse(text: string): Parsed<T>;
  /** The text that stands for a value, for showing defaults. */
  format(value: T): string;
}

const value = <T>(parsed: T): Parsed<T> => ({ kind: 'value', value: parsed });

function typeOf<T>(description: string, read: (text: string) => T | undefined, format: (value: T) => string = String): SettingType<T> {
  return {
    description,
    parse(text) {
      const parsed = read(text);
      return parsed === undefined ? { kind: 'problem', reason: `must be ${description}` } : value(parsed);
    },
    format,
  };
}

export interface TextRules {
  readonly maxChars?: number;
  readonly pattern?: RegExp;
  /** For people: what the pattern means. */
  readonly meaning?: string;
}

export function text({ maxChars = 1024, pattern, meaning = 'a text' }: TextRules = {}): SettingType<string> {
  return typeOf(meaning, (given) => (given.length <= maxChars && (pattern === undefined || pattern.test(given)) ? given : undefined));
}

/** Bounds are part of the range. */
export function integer({ min, max }: { readonly min: number; readonly max: number }): SettingType<number> {
  return typeOf(`a whole number from ${min} to ${max}`, (given) => {
    const parsed = /^-?\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    return parsed >= min && parsed <= max ? parsed : undefined;
  });
}

/** A part of a whole, from 0 to 1: 0.1, .5, 1. */
export const fraction = (): SettingType<number> =>
  typeOf('a number from 0 to 1', (given) => {
    const parsed = /^(?:\d?\.\d{1,9}|[01])$/.test(given) ? Number(given) : Number.NaN;
    return parsed >= 0 && parsed <= 1 ? parsed : undefined;
  });

/** 0 lets the system choose. */
export const port = (): SettingType<number> => integer({ min: 0, max: 65_535 });

const YES: readonly string[] = ['true', 'yes', 'on', '1'];
const NO: readonly string[] = ['false', 'no', 'off', '0'];

export const flag = (): SettingType<boolean> =>
  typeOf('true or false', (given) => {
    const word = given.toLowerCase();
    return YES.includes(word) ? true : NO.includes(word) ? false : undefined;
  });

export function oneOf<const Choice extends string>(...choices: readonly Choice[]): SettingType<Choice> {
  return typeOf(`one of ${choices.join(', ')}`, (given) => choices.find((choice) => choice === given.toLowerCase()));
}

/** Values with commas between. `none` is the empty list. */
export function listOf<T>(item: SettingType<T>): SettingType<readonly T[]> {
  return typeOf(
    `a list, with commas between: each ${item.description}; or none`,
    (given) => {
      if (given.toLowerCase() === 'none') return [];
      const items = given.split(',').map((part) => item.parse(part.trim()));
      return items.every((parsed) => parsed.kind === 'value') ? items.map((parsed) => parsed.value) : undefined;
    },
    (items) => (items.length === 0 ? 'none' : items.map(item.format).join(',')),
  );
}

/** A setting that may be left out; `instead` says what happens then. */
export function optional<T>(type: SettingType<T>, instead: string): SettingType<T | undefined> {
  return {
    description: type.description,
    parse: (given) => type.parse(given),
    format: (given) => (given === undefined ? instead : type.format(given)),
  };
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const WITH_UNIT = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h|d)?$/i;
const ISO_8601 = /^PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?$/i;

export interface DurationRange {
  /** What a bare number counts. */
  readonly unit: 'ms' | 's';
  readonly minMs: number;
  readonly maxMs: number;
}

/** A length of time: a bare number in the setting's unit, a number with its own (`250ms`, `2s`, `5m`), or ISO-8601 (`PT0.25S`). */
export function duration({ unit, minMs, maxMs }: DurationRange): SettingType<DurationMs> {
  const unitMs = UNITS_MS[unit] ?? 1;
  const description = `a duration in ${unit} from ${minMs / unitMs} to ${maxMs / unitMs} (250ms, 2s, 5m and PT0.25S are understood too)`;
  const read = (given: string): DurationMs | undefined => {
    const ms = millisecondsOf(given, unitMs);
    return ms >= minMs && ms <= maxMs && Number.isInteger(ms) ? durationMs(ms) : undefined;
  };
  return typeOf(description, read, (ms) => String(ms / unitMs));
}

function millisecondsOf(given: string, unitMs: number): number {
  const withUnit = WITH_UNIT.exec(given);
  if (withUnit !== null) {
    const [, amount, suffix] = withUnit;
    return Number(amount) * (suffix === undefined ? unitMs : (UNITS_MS[suffix.toLowerCase()] ?? unitMs));
  }
  const iso = ISO_8601.exec(given);
  if (iso === null || given.length < 4) return Number.NaN;
  const [hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0));
  return Math.round(((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000);
}

export const httpUrl = (): SettingType<string> =>
  typeOf('an http or https URL', (given) => (/^https?:$/.test(URL.parse(given)?.protocol ?? '') ? given : undefined));

/** What a browser sends as `Origin`: scheme, host, port, and nothing after. */
export const origin = (): SettingType<string> =>
  typeOf('an origin such as https://tickets.example', (given) => (URL.parse(given)?.origin === given ? given : undefined));

/** An address, or a network in CIDR notation. */
export const network = (): SettingType<string> =>
  typeOf('an IP address or a network such as 10.0.0.0/8', (given) => {
    const [address = '', prefix, ...rest] = given.split('/');
    const bits = isIP(address) === 6 ? 128 : 32;
    const isPrefixRight = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
    return isIP(address) !== 0 && rest.length === 0 && isPrefixRight ? given : undefined;
  });

const HOST_AND_PORT = /^(?:static:\/\/|dns:\/{0,3})?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253}):(\d{1,5})$/;

/** Where a gRPC port is. The scheme that other frameworks write before it (`static://`, `dns:///`) is understood, and left out of the value. */
export const hostAndPort = (): SettingType<string> =>
  typeOf('host:port, such as 10.0.0.7:8021', (given) => {
    const [, host, digits] = HOST_AND_PORT.exec(given) ?? [];
    const number = Number(digits);
    return host !== undefined && number >= 1 && number <= 65_535 ? `${host}:${number}` : undefined;
  });
