import { toSnake } from './spelling.ts';

/** Distinct keys whose spelling is remembered. Keys of answers are names in code, so a few hundred are normal. */
const REMEMBERED_KEYS = 4096;

/** Anything that JSON escapes in a string: controls, quote, backslash, and surrogates, which are escaped when they stand alone. */
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Writes a body as JSON text. */
export type RenderJson = (body: unknown) => string;

/**
 * A renderer that spells every key in snake_case. It writes the text itself, because respelling a copy for `JSON.stringify` costs twice as
 * much. Same rules as `JSON.stringify` for plain data: undefined is left out (null in lists), numbers that are not finite are null.
 * What has a `toJSON` (a Date) is left to it. Throws `TypeError` on what is not data: functions, symbols, bigints.
 */
export function createSnakeRenderer(): RenderJson {
  const spelled = new Map<string, string>();

  const label = (key: string): string => {
    const known = spelled.get(key);
    if (known !== undefined) return known;
    const made = `${JSON.stringify(toSnake(key))}:`;
    if (spelled.size < REMEMBERED_KEYS) spelled.set(key, made);
    return made;
  };

  const renderObject = (value: object): string => {
    let text = '';
    for (const key in value) {
      const member: unknown = (value as Readonly<Record<string, unknown>>)[key];
      if (member === undefined) continue;
      text += text === '' ? label(key) + render(member) : `,${label(key)}${render(member)}`;
    }
    return `{${text}}`;
  };

  const renderList = (items: readonly unknown[]): string => {
    let text = '';
    for (let i = 0; i < items.length; i++) {
      text += i === 0 ? render(items[i] ?? null) : `,${render(items[i] ?? null)}`;
    }
    return `[${text}]`;
  };

  const render = (value: unknown): string => {
    switch (typeof value) {
      case 'string':
        return NEEDS_ESCAPE.test(value) ? JSON.stringify(value) : `"${value}"`;
      case 'number':
        return Number.isFinite(value) ? String(value) : 'null';
      case 'boolean':
        return value ? 'true' : 'false';
      case 'object':
        if (value === null) return 'null';
        if (Array.isArray(value)) return renderList(value);
        return 'toJSON' in value ? JSON.stringify(value) : renderObject(value);
      default:
        throw new TypeError(`a body holds data only, not a ${typeof value}`);
    }
  };
  return render;
}

/** Writes a body as it is: keys of answers are camelCase in code. */
export const renderCamel: RenderJson = (body) => JSON.stringify(body);
