import { isCurrencyCode, readInstant, type CurrencyCode, type EpochMs } from '@traffic-tacos/kernel';
import type { Problems } from './problems.ts';

const ID = /^[^\s\p{C}/\\?#%,"<>]+$/u;
const CONTROL = /\p{Cc}/u;

/**
 * Reads one object of a parsed JSON document field by field. A field is found under its camelCase or its snake_case name. What is
 * missing or wrong becomes a problem with its place, and undefined here, so that reading goes on and finds every problem.
 */
export class DocumentReader {
  readonly place: string;
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #problems: Problems;

  constructor(value: Readonly<Record<string, unknown>>, place: string, problems: Problems) {
    this.#value = value;
    this.place = place;
    this.#problems = problems;
  }

  /** Where a field stands. */
  at(name: string): string {
    const spelled = Object.hasOwn(this.#value, name) ? name : snakeCase(name);
    return this.place === '' ? spelled : `${this.place}.${spelled}`;
  }

  problem(name: string, reason: string): undefined {
    this.#problems.add(this.at(name), reason);
  }

  has(name: string): boolean {
    return this.#own(name) !== undefined || this.#own(snakeCase(name)) !== undefined;
  }

  /** The value as it stands; null counts as absent. */
  raw(name: string): unknown {
    const snake = snakeCase(name);
    const camelValue = this.#own(name);
    if (snake === name) return camelValue;
    const snakeValue = this.#own(snake);
    if (camelValue !== undefined && snakeValue !== undefined && camelValue !== snakeValue) {
      return this.problem(name, `is given as ${name} and as ${snake}, with different values`);
    }
    return camelValue ?? snakeValue;
  }

  required(name: string): unknown {
    return this.raw(name) ?? this.problem(name, 'is required');
  }

  /** Text for people: no control characters, not blank. */
  name(name: string, maxChars: number, value = this.raw(name)): string | undefined {
    const text = this.#text(name, maxChars, value);
    if (text === undefined) return undefined;
    if (text.trim() === '') return this.problem(name, 'must not be blank');
    return CONTROL.test(text) ? this.problem(name, 'must not contain control characters') : text;
  }

  /** Text that stands in addresses and answers as an id. */
  id(name: string, maxChars: number): string | undefined {
    const text = this.#text(name, maxChars, this.required(name));
    if (text === undefined) return undefined;
    return idProblem(text, maxChars) === undefined ? text : this.problem(name, idProblem(text, maxChars) ?? '');
  }

  /** A whole number, both bounds included. */
  integer(name: string, least: number, most: number, value = this.raw(name)): number | undefined {
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    return this.problem(name, `must be a whole number from ${least} to ${most}`);
  }

  oneOf<Option extends string>(name: string, options: readonly Option[]): Option | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    return options.find((option) => option === value) ?? this.problem(name, `must be one of: ${options.join(', ')}`);
  }

  yesOrNo(name: string): boolean | undefined {
    const value = this.raw(name);
    return value === undefined || typeof value === 'boolean' ? value : this.problem(name, 'must be true or false');
  }

  instant(name: string): EpochMs | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const instant = typeof value === 'string' ? readInstant(value) : undefined;
    return instant ?? this.problem(name, 'must be an ISO-8601 time with its zone, such as 2025-10-01T20:00:00+09:00');
  }

  currency(name: string): CurrencyCode | undefined {
    const value = this.required(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && isCurrencyCode(value)) return value;
    return this.problem(name, 'must be an ISO-4217 code of three capital letters');
  }

  list(name: string, value = this.raw(name)): readonly unknown[] | undefined {
    if (value === undefined) return undefined;
    return Array.isArray(value) ? (value as readonly unknown[]) : this.problem(name, 'must be a list');
  }

  object(name: string): DocumentReader | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : readerOf(value, this.at(name), this.#problems);
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.#value, name) ? (this.#value[name] ?? undefined) : undefined;
  }

  #text(name: string, maxChars: number, value: unknown): string | undefined {
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return this.problem(name, 'must be text');
    if (value.length > maxChars) return this.problem(name, `must have at most ${maxChars} characters`);
    return value.isWellFormed() ? value : this.problem(name, 'must be valid Unicode');
  }
}

/** A reader of the value, or a problem where it is no object. */
export function readerOf(value: unknown, place: string, problems: Problems): DocumentReader | undefined {
  if (isObject(value)) return new DocumentReader(value, place, problems);
  problems.add(place, 'must be an object');
  return undefined;
}

/** Why the text cannot be an id; undefined when it can. */
export function idProblem(text: unknown, maxChars: number): string | undefined {
  if (typeof text !== 'string') return 'must be text';
  if (text.length === 0 || text.length > maxChars) return `must have 1 to ${maxChars} characters`;
  if (!text.isWellFormed() || !ID.test(text)) return 'must not contain spaces, control characters or any of / \\ ? # % , " < >';
  return undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const snakeCase = (camelCase: string): string => camelCase.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
