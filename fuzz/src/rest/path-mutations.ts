import type { Draw } from '../draw.ts';
import { longText, ODD_TEXTS, oddValue, Raw } from '../odd-values.ts';
import type { RestDraft } from './draft.ts';
import type { RestMutations, RestPlace } from './mutation.ts';

/** What can be wrong with the first line: the method, the path, the query. */
export const PATH_MUTATIONS: RestMutations = {
  "somebody else's id": { weight: 8, apply: (draft, draw, place) => setId(draft, place, idOfOthers(draw, place)) },
  'odd id': { weight: 8, apply: (draft, draw, place) => setId(draft, place, oddId(idIn(draft, place), draw)) },
  'odd path': { weight: 4, apply: oddPath },
  'odd target': { weight: 2, apply: (draft, draw) => setTarget(draft, draw.pick(TARGETS)) },
  method: { weight: 4, apply: anotherMethod },
  'query odd': { weight: 6, apply: (draft, draw) => void draft.query.push(oddParameter(draft, draw)) },
  'query twice': { weight: 2, apply: (draft, draw) => void draft.query.push(...draft.query.map((one) => (draw.chance(50) ? one : `${one}0`))) },
  'query long': { weight: 1, apply: (draft, draw) => void draft.query.push(...Array.from({ length: draw.pick([100, 1_000, 2_000] as const) }, (_, i) => `q${i}=`)) },
};

const placeOfId = ({ target }: RestPlace): number => target.route.path.slice(1).split('/').findIndex((part) => part.startsWith(':'));
const idIn = ({ segments }: RestDraft, place: RestPlace): string => segments[placeOfId(place)] ?? '';

function setId(draft: RestDraft, place: RestPlace, id: string): void {
  const at = placeOfId(place);
  if (at >= 0) draft.segments[at] = id;
  else draft.members = (draft.members ?? []).map(([key, value]) => (/id$/i.test(key) ? [key, id] : [key, value]));
  // An id may also be of a form that leads to another route.
  if (/[%/?#.]|^$/.test(id)) draft.isOnRoute = false;
}

function idOfOthers(draw: Draw, { world }: RestPlace): string {
  const { held, cancelled, confirmed, order, intent } = draw.pick(world.people);
  return draw.pick([held, cancelled, confirmed, order, intent, draw.pick(world.events).id]);
}

function oddId(id: string, draw: Draw): string {
  const forms = [
    id.toLowerCase(), `${id}0`, id.slice(0, -1), id.slice(0, 4), `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`, `${id}%00`, `${id};x=1`, `${id}%2F..`, `${id}%20`, `${id}.json`, `${id}~`, `..%2f${id}`,
    `${id}%`, `${id}%zz`, `${id}%c3%28`, '%ff', '%', '', '.', '..', '%2e%2e', '%2E', '*', ':id', 'null', 'undefined', 'a'.repeat(128), 'a'.repeat(129), 'a'.repeat(256), 'a'.repeat(257), 'a'.repeat(3_000),
    id.replace('_', '-'), id.replace(/^[a-z]+/, 'ord'), id.replace(/^[a-z]+/, 'rsv'), id.replace(/^[a-z]+/, 'pay'), id.replace(/.$/, 'U'),
  ];
  if (draw.chance(75)) return draw.pick(forms) ?? '';
  return encodeURIComponent((draw.chance(50) ? longText(draw) : draw.pick(ODD_TEXTS)).toWellFormed());
}

function oddPath(draft: RestDraft, draw: Draw): void {
  draft.isOnRoute = false;
  const { segments } = draft;
  const at = draw.below(segments.length);
  const segment = segments[at] ?? '';
  const forms = [
    segment.toUpperCase(), `${segment}/`, `${segment}//`, `./${segment}`, `../${segment}`, `${segment};a=b`, `%${segment.charCodeAt(0).toString(16)}${segment.slice(1)}`, `${segment}%20`, `${segment}%23`, `${segment}%3f`,
    `${segment}#x`, `${segment}\\`, `${segment}/confirm`, `${segment}/stream`, `${segment}é`, '__proto__', 'constructor', '%00', '%C0%AE', '*', '',
  ];
  segments[at] = draw.pick(forms) ?? '';
}

const TARGETS = ['*', '/', '//', '///', '/?', '/#', '/%', '/..', '/.', '?', 'x', 'http://other.test/v1/events', 'http://', 'https://[', 'javascript:1', '/health', '/metrics', '/actuator/metrics', '/v3/api-docs', '/favicon.ico', '/.env', '//evil.test/v1/events', '/\\', '/\u00ff'] as const;

function setTarget(draft: RestDraft, target: string): void {
  draft.target = target;
  draft.isOnRoute = false;
  // A target that is no path may be refused by the parser, which ends the connection.
  if (!target.startsWith('/')) draft.isIsolated = true;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'SEARCH', 'M-SEARCH', 'LINK'] as const;
/** The parser refuses these, or hands the connection over. */
const ENDING_METHODS = ['get', 'FOO', 'CONNECT', 'PRI', '', 'POST\t', 'G\u0000T', 'P'.repeat(100)] as const;

function anotherMethod(draft: RestDraft, draw: Draw): void {
  draft.isOnRoute = false;
  draft.isIsolated ||= draw.chance(10);
  draft.method = draft.isIsolated ? draw.pick(ENDING_METHODS) : draw.pick(METHODS);
}

const NAMES = ['cursor', 'limit', 'status', 'event_id', 'eventId', 'section', 'token', 'page', 'q', '__proto__', 'a[]', 'a[b]', 'a.b', '%', '', 'userId', 'user_id', 'constructor', 'hasOwnProperty'] as const;
const VALUES = ['', '1', '0', '-1', '100', '101', '1e99', '0x10', '1.5', 'true', '%ZZ', '%00', '%ff', '%c3%28', '[]', 'null', '+', '%2B', '&', '=', '%0d%0a', '%F0%9F%8E%AB', '9'.repeat(30)] as const;

function oddParameter({ query }: RestDraft, draw: Draw): string {
  const own = query[draw.below(Math.max(1, query.length))]?.split('=')[0];
  const name = own !== undefined && draw.chance(50) ? own : draw.pick(NAMES);
  if (draw.chance(15)) return name;
  if (draw.chance(70)) return `${name}=${draw.pick(VALUES)}`;
  const value = oddValue(draw);
  const text = value instanceof Raw ? value.text : typeof value === 'string' ? value : JSON.stringify(value);
  return `${name}=${encodeURIComponent(text.toWellFormed()).slice(0, 3_000)}`;
}
