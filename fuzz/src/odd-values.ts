import type { Draw } from './draw.ts';

/** Text that stands in a JSON document as it is. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Numbers as they may stand in a document: at the edges of what types hold, and beyond. */
const ODD_NUMBERS = [
  '0', '-0', '-1', '1.5', '1e0', '1E400', '-1e400', '1e-400', '9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993',
  '2147483647', '2147483648', '4294967296', '9223372036854775808', '18446744073709551616', '10', '11', '0.1', '1000000000001',
].concat('9'.repeat(400));

/** What looks like a number or a word of the language and is no JSON. */
const NO_JSON = ['NaN', 'Infinity', '-Infinity', '01', '.5', '+1', '0x10', '1_000', 'undefined', 'True', "'x'", '1,', '[1,]', '{a:1}', '"\n"', '"\\x41"', '"\\u12"', '//', ''];

/** Texts that some layer may take for something else. */
export const ODD_TEXTS: readonly [string, ...string[]] = [
  '', ' ', '\u0000', '\u0007', '\u007f', '\ufeff', '\uffff', '\ud800', 'a\udc00b', '\u202e', '🎫', '한국어', 'e\u0301', '\u2028', '\r\n', '%00', '%', '..', '../../etc/passwd', '/', '\\',
  "' OR 1=1 --", '${7*7}', '{{7*7}}', '<script>', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', 'true', '0', '-1', '1e9',
  'anonymous', 'admin', 'rsv_', 'rsv_0', 'ord_', 'pay_', 'evt_', `rsv_${'Z'.repeat(26)}`, `rsv_7${'Z'.repeat(25)}`, `pay_0${'0'.repeat(25)}`, `rsv_0${'U'.repeat(25)}`,
];

/** Around the limits of ids, keys, names and tokens. */
const LENGTHS: readonly [number, ...number[]] = [1, 25, 26, 27, 30, 31, 127, 128, 129, 200, 201, 254, 255, 256, 257, 1_000, 4_095, 4_096, 4_097];

export const longText = (draw: Draw): string => draw.pick(['a', 'Z', '0', '한', '🎫', '"', '\\', '\u0001'] as const).repeat(draw.pick(LENGTHS));

/** Any value, as JSON or as what is none. */
export function oddValue(draw: Draw): unknown {
  switch (draw.below(8)) {
    case 0:
      return new Raw(draw.pick(ODD_NUMBERS) ?? '0');
    case 1:
      return new Raw(draw.pick(NO_JSON) ?? '');
    case 2:
      return longText(draw);
    case 3:
      return draw.pick([null, true, false, [], {}, [[]], [null], { a: 1 }, ['x', 5], [{}]] as const);
    case 4:
      return new Raw(nested(draw));
    case 5:
      return draw.below(2 ** 31) - 2 ** 30;
    default:
      return draw.pick(ODD_TEXTS);
  }
}

/** The id of an event as a client may say it was seen last. */
export const oddEventId = (draw: Draw): string =>
  draw.pick([
    '', '0', '-1', '1', '1800000000123-HOLD-1800000060123', '1800000000123-CONFIRMED', '9'.repeat(400), '1e9', 'NaN', '-', '--', '1-', '__proto__', ' ', '\u00ff', 'null', `1-HOLD-${'x'.repeat(4_000)}`,
    '1-waiting-1', '99999999999999999-ready-0', draw.pick(ODD_TEXTS),
  ] as const);

/** Lists and objects in each other: at the limit, past it, and without an end. */
export function nested(draw: Draw): string {
  const levels = draw.pick([2, 30, 31, 32, 33, 34, 100, 5_000] as const);
  const opening = draw.pick(['[', '{"a":'] as const);
  if (draw.chance(20)) return opening.repeat(levels);
  return opening.repeat(levels) + (opening === '[' ? '' : '1') + (opening === '[' ? ']' : '}').repeat(levels);
}

/** A value that is like this one and not it. */
export function otherThan(value: unknown, draw: Draw): unknown {
  if (typeof value === 'number') return draw.pick([value + 1, value - 1, -value, value * 2, value + 0.5, String(value), [value], value * 1e12] as const);
  if (typeof value === 'string') return textLike(value, draw);
  if (Array.isArray(value)) return listLike(value, draw);
  return oddValue(draw);
}

function textLike(text: string, draw: Draw): unknown {
  const at = draw.below(text.length + 1);
  switch (draw.below(8)) {
    case 0:
      return text.toLowerCase();
    case 1:
      return text.slice(0, at);
    case 2:
      return text.slice(0, at) + draw.pick(ODD_TEXTS) + text.slice(at);
    case 3:
      return text + text;
    case 4:
      return ` ${text}`;
    case 5:
      return [text];
    case 6:
      return text.padEnd(draw.pick(LENGTHS), 'x');
    default:
      return { [text]: text };
  }
}

function listLike(items: readonly unknown[], draw: Draw): unknown {
  switch (draw.below(6)) {
    case 0:
      return [...items, ...items];
    case 1:
      return Array.from({ length: draw.pick([10, 11, 100, 2_000] as const) }, (_, i) => `A-${i + 1}`);
    case 2:
      return [...items, oddValue(draw)].filter((item) => !(item instanceof Raw));
    case 3:
      return [items];
    case 4:
      return Object.fromEntries(items.map((item, i) => [i, item]));
    default:
      return items.slice(1);
  }
}
