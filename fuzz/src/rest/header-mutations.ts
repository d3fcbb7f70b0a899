import type { ServiceName } from '@traffic-tacos/platform';
import type { Draw } from '../draw.ts';
import { longText, ODD_TEXTS, oddEventId } from '../odd-values.ts';
import { SECRET_MARK, type World } from '../world.ts';
import type { Header, RestDraft } from './draft.ts';
import type { RestMutations, RestPlace } from './mutation.ts';

/** What can be wrong beside the document: who sends it, under which key, as what. */
export const HEADER_MUTATIONS: RestMutations = {
  'another sender': { weight: 12, apply: (draft, draw, { world, target }) => void (draft.sender = anotherSender(draw, world, target.service)) },
  'odd credential': { weight: 4, apply: (draft, draw, { world }) => void (draft.sender = { ...world.nobody, kind: 'forged', authorization: oddCredential(draw, world) }) },
  'two credentials': { weight: 2, apply: twoCredentials },
  'key odd': { weight: 5, apply: (draft, draw) => setKey(draft, oddKey(draw)) },
  'key of others': { weight: 4, apply: (draft, draw) => setKey(draft, `shared-${draw.below(32)}`) },
  'key missing': { weight: 2, apply: (draft) => setKey(draft, undefined) },
  'key twice': { weight: 2, apply: (draft, draw) => void draft.headers.push(['Idempotency-Key', `second-${draw.below(4)}`]) },
  'content type': { weight: 5, apply: (draft, draw) => set(draft, 'Content-Type', draw.pick(CONTENT_TYPES)) },
  'last event seen': { weight: 3, apply: (draft, draw) => void draft.headers.push(['Last-Event-ID', inLine(oddEventId(draw))]) },
  'odd header': { weight: 10, apply: (draft, draw) => void draft.headers.push(oddHeader(draw)) },
  'odd name': { weight: 2, apply: (draft, draw) => void draft.headers.push([draw.pick(ODD_NAMES), inLine(longText(draw))]) },
  'large header': { weight: 1, apply: (draft, draw) => large(draft, draw) },
  'many headers': { weight: 1, apply: (draft, draw) => many(draft, draw) },
  'host odd': { weight: 2, apply: (draft, draw) => set(draft, 'Host', draw.pick(['', 'other.test', 'a:b:c', '[::1', '127.0.0.1:99999', '../x', 'a b'] as const)) },
};

function anotherSender(draw: Draw, world: World, service: ServiceName): RestDraft['sender'] {
  switch (draw.below(9)) {
    case 0:
      return world.nobody;
    case 1:
      return world.organizer;
    case 2:
      return world.admin;
    case 3:
      return world.services[service];
    case 4:
      return world.services[draw.pick(['gateway', 'reservation', 'inventory', 'payment'] as const)];
    case 5:
    case 6:
      return draw.pick(world.people).sender;
    default:
      return draw.pick(world.forged);
  }
}

function oddCredential(draw: Draw, world: World): string {
  const token = draw.pick(world.people).sender.authorization?.slice(7) ?? '';
  const [head = '', payload = '', signature = ''] = token.split('.');
  const forms = [
    'Bearer', 'Bearer ', 'bearer', `Bearer ${token} x`, `Bearer ${token},Bearer ${token}`, `Basic ${token}`, `Bearer ${head}.${payload}.`, `Bearer ${head}..${signature}`,
    `Bearer ${head}.${payload}.${signature.slice(0, -2)}`, `Bearer ${token}.${signature}`, `Bearer ${'.'.repeat(300)}`, `Bearer ${'a'.repeat(8_193)}`, `Bearer ${'é'.repeat(20)}`,
    `Basic ${Buffer.from(`gateway:${SECRET_MARK}`).toString('base64')}`, 'Basic !!!', `Basic ${Buffer.from('no colon').toString('base64')}`, `Basic ${Buffer.from('%zz:%').toString('base64')}`, 'Negotiate x', ',', '\u00ff',
  ];
  return draw.pick(forms) ?? '';
}

function twoCredentials(draft: RestDraft, draw: Draw, { world, target }: RestPlace): void {
  // Which of the two counts depends on what else is changed, so who is let in says nothing.
  draft.isOnRoute = false;
  draft.headers.push(['Authorization', anotherSender(draw, world, target.service).authorization ?? 'Bearer x']);
}

function set(draft: RestDraft, name: string, value: string | undefined): void {
  const rest = draft.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  draft.headers = value === undefined ? rest : [...rest, [name, value]];
}

const setKey = (draft: RestDraft, key: string | undefined): void => set(draft, 'Idempotency-Key', key);

function oddKey(draw: Draw): string {
  const control = draw.pick(['\t', '\u0001', '\u007f', 'a\u0000b', 'a\tb'] as const);
  return draw.pick(['', ' ', 'k'.repeat(255), 'k'.repeat(256), '\u00e9', '__proto__', 'a b', ',', `"${'k'.repeat(9)}"`, control] as const);
}

const CONTENT_TYPES = [
  '', ';', 'application/json;', 'APPLICATION/JSON', 'application/json; charset=utf-8', 'application/json; charset=utf-16', 'application/json; charset="UTF-8"', 'application/vnd.x+json',
  'application/jsonp', 'text/plain', 'text/html', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json, text/plain', 'json', '*/*', 'application/grpc', 'application/json;charset',
  'a'.repeat(300),
] as const;

const ODD_HEADERS: readonly (readonly [name: string, ...values: string[]])[] = [
  ['Accept', 'application/json; case=snake', 'text/html', '', '*/*;q=NaN', 'application/json; case=kebab', ';;;'],
  ['Accept-Language', 'ko', 'ko-KR;q=1e99,en', 'q=;,;', '*', '-', 'ko'.repeat(500)],
  ['Accept-Encoding', 'gzip', 'br;q=0', 'identity;q=0'],
  ['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`, 'ff-', '00-g', ''],
  ['X-Trace-Id', 'F'.repeat(32), '0'.repeat(32), 'x', '', 'é'.repeat(32)],
  ['Content-Encoding', 'gzip', 'identity', 'x', 'gzip, gzip', ''],
  ['X-Forwarded-For', '10.0.0.1, 10.0.0.2', '::1', 'unknown', '', '127.0.0.1'],
  ['Forwarded', 'for=127.0.0.1', '', 'for="'],
  ['If-None-Match', '*', '"x"', '', 'W/"', ','],
  ['Range', 'bytes=0-1', 'bytes=-99999999999', ''],
  ['Origin', 'https://evil.test', 'null'],
  ['Cookie', 'a=b', '__proto__=1'],
  ['X-User-Id', 'admin'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Accept-Version', '1.x', '*'],
  ['Expect', 'x', '100-continue, x'],
  ['Priority', 'u=1'],
  ['Via', '1.1 x'],
  ['Date', 'never'],
  ['Trailer', 'Content-Length'],
];

function oddHeader(draw: Draw): Header {
  const [name = 'X', ...values] = draw.pick(ODD_HEADERS) ?? [];
  return [name, draw.chance(80) ? (draw.pick(values) ?? '') : inLine(draw.pick(ODD_TEXTS))];
}

const ODD_NAMES = ['X-Odd', '__proto__', 'constructor', 'x', 'X-' + 'a'.repeat(500), '!#$%&', 'Proxy', 'Content-Length-'] as const;

/** Without what would end the line, and in bytes that a header may have. */
const inLine = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 4_000);

function large(draft: RestDraft, draw: Draw): void {
  draft.headers.push(['X-Large', 'a'.repeat(draw.pick([8_000, 15_000, 16_500, 70_000] as const))]);
  draft.isIsolated = true;
}

function many(draft: RestDraft, draw: Draw): void {
  const count = draw.pick([50, 500, 1_900, 2_100] as const);
  for (let i = 0; i < count; i++) draft.headers.push(['a', '']);
  draft.isIsolated = true;
}
