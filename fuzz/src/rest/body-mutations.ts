import type { Draw } from '../draw.ts';
import { longText, nested, ODD_TEXTS, oddValue, otherThan, Raw } from '../odd-values.ts';
import { writeMembers, type Member, type RestDraft } from './draft.ts';
import type { RestMutations } from './mutation.ts';
import { toCamelName, toSnakeName } from './spelling.ts';

/** What can be wrong with a document: its members, its values, its bytes. */
export const BODY_MUTATIONS: RestMutations = {
  'odd value': { weight: 14, apply: (draft, draw) => change(draft, draw, ([key]) => [[key, oddValue(draw)]]) },
  'other value': { weight: 12, apply: (draft, draw) => change(draft, draw, ([key, value]) => [[key, otherThan(value, draw)]]) },
  'half a character': { weight: 4, apply: (draft, draw) => change(draft, draw, ([key, value]) => [[key, halved(value, draw)]]) },
  'member missing': { weight: 6, apply: (draft, draw) => change(draft, draw, () => []) },
  'member twice': { weight: 4, apply: (draft, draw) => change(draft, draw, ([key, value]) => [[key, value], [key, otherThan(value, draw)]]) },
  'both spellings': { weight: 4, apply: (draft, draw) => change(draft, draw, bothSpellings(draw)) },
  'unknown member': { weight: 3, apply: (draft, draw) => add(draft, draw, [draw.pick(['user_id', 'userId', 'role', 'status', 'id', 'x', 'price', 'total_amount', ''] as const), oddValue(draw)]) },
  'odd key': { weight: 3, apply: (draft, draw) => add(draft, draw, [draw.chance(50) ? longText(draw) : draw.pick(ODD_TEXTS), oddValue(draw)]) },
  prototype: { weight: 3, apply: (draft, draw) => add(draft, draw, prototypeMember(draw)) },
  nesting: { weight: 3, apply: (draft, draw) => add(draft, draw, ['deep', new Raw(nested(draw))]) },
  'another document': { weight: 4, apply: (draft, draw) => replaceBody(draft, anotherDocument(draw)) },
  'document of a length': { weight: 1, apply: (draft, draw) => replaceBody(draft, Buffer.from(padded(draft, draw))) },
  'bytes changed': { weight: 6, apply: (draft, draw) => replaceBody(draft, withBytesChanged(bytesOf(draft), draw)) },
  'no document': { weight: 2, apply: (draft) => void Object.assign(draft, { members: undefined, body: undefined }) },
};

/** Puts other members in the place of one, also of a document inside a document. */
function change(draft: RestDraft, draw: Draw, by: (member: Member) => readonly Member[]): void {
  const members = draft.members ?? [];
  const at = draw.below(Math.max(1, members.length));
  const member = members[at];
  if (member === undefined) return add(draft, draw, ['x', oddValue(draw)]);
  const [key, value] = member;
  const inner = draw.chance(60) ? insideOf(value, draw, by) : undefined;
  draft.members = members.toSpliced(at, 1, ...(inner === undefined ? by(member) : [[key, inner] as const]));
}

/** A list or object of objects with one member of one of them changed; undefined where there is none. */
function insideOf(value: unknown, draw: Draw, by: (member: Member) => readonly Member[]): unknown {
  if (!Array.isArray(value)) return undefined;
  const at = draw.below(Math.max(1, value.length));
  const item: unknown = value[at];
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
  const members = Object.entries(item);
  const place = draw.below(Math.max(1, members.length));
  const member = members[place];
  if (member === undefined) return undefined;
  const changed = members.toSpliced(place, 1, ...by(member).map(([key, inner]): [string, unknown] => [key, inner]));
  const items = value.map((other: unknown, i) => (i === at ? new Raw(writeMembers(changed)) : new Raw(JSON.stringify(other))));
  return new Raw(`[${items.map(({ text }) => text).join(',')}]`);
}

/** A text with one half of a pair of code units in it, as JSON can escape it. */
function halved(value: unknown, draw: Draw): string {
  const text = typeof value === 'string' ? value : 'x';
  const at = draw.below(text.length + 1);
  return text.slice(0, at) + draw.pick(['\ud800', '\udfff', '\udc00\ud800'] as const) + text.slice(at);
}

function add(draft: RestDraft, draw: Draw, member: Member): void {
  const members = draft.members ?? [];
  draft.members = members.toSpliced(draw.below(members.length + 1), 0, member);
}

function bothSpellings(draw: Draw): (member: Member) => readonly Member[] {
  return ([key, value]) => {
    const other = key.includes('_') ? toCamelName(key) : toSnakeName(key);
    return [[key, value], [other === key ? key.toUpperCase() : other, draw.chance(30) ? value : otherThan(value, draw)]];
  };
}

function prototypeMember(draw: Draw): Member {
  const inner = draw.pick([{ admin: true }, 1, null, [], 'x'] as const);
  switch (draw.below(4)) {
    case 0:
      return ['__proto__', inner];
    case 1:
      return ['constructor', { prototype: inner }];
    case 2:
      return ['x', new Raw(`[{"\\u005f_proto__":${JSON.stringify(inner)}}]`)];
    default:
      return ['toString', inner];
  }
}

function replaceBody(draft: RestDraft, body: Buffer): void {
  draft.body = body;
}

const DOCUMENTS = ['', ' ', '[]', 'null', '5', 'true', '"x"', '{}', '{', '}', '[', '{}{}', '\ufeff{}', '{"a":1}]', 'a=1&b=2', '<x/>', '{"a":"\\ud800"}', '{"\\u0000":1}', '\u0000', '-'] as const;

function anotherDocument(draw: Draw): Buffer {
  if (draw.chance(15)) return draw.bytes(draw.below(60));
  return Buffer.from(draw.chance(20) ? nested(draw) : draw.pick(DOCUMENTS));
}

/** 64 KiB, one byte less and one more: in white space, or in a text. */
function padded(draft: RestDraft, draw: Draw): string {
  const text = writeMembers(draft.members ?? []);
  const bytes = 65_536 + draw.pick([-1, 0, 1, 10] as const);
  const filler = Math.max(0, bytes - Buffer.byteLength(text));
  if (draw.chance(50)) return `${text}${' '.repeat(filler)}`;
  return writeMembers([...(draft.members ?? []), ['pad', 'x'.repeat(Math.max(0, filler - 9))]]);
}

const bytesOf = (draft: RestDraft): Buffer => draft.body ?? Buffer.from(writeMembers(draft.members ?? []));

const ODD_BYTES = ['ff', 'c0', 'c328', 'eda080', 'f4908080', 'e282', '00', '5c', '22', '7b', '7d', '5b', '2c', '3a', '5c7530303030', '5c75643830302c'] as const;

/** A byte flipped, taken out or put in; the end cut off; a piece said twice. */
function withBytesChanged(bytes: Buffer, draw: Draw): Buffer {
  const at = draw.below(bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (draw.below(5)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << draw.below(8));
      return flipped;
    }
    case 1:
      return before;
    case 2:
      return Buffer.concat([before, after.subarray(1)]);
    case 3:
      return Buffer.concat([before, before, after]);
    default:
      return Buffer.concat([before, Buffer.from(draw.pick(ODD_BYTES), 'hex'), after]);
  }
}
