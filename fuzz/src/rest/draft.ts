import { toSnakeName } from './spelling.ts';
import type { RestTarget, Step } from '../case.ts';
import { Draw } from '../draw.ts';
import { Raw } from '../odd-values.ts';
import { idKindOf, rightEvent, rightId, rightPlaces, rightValue } from '../right-values.ts';
import type { CaseMemory, Sender, World } from '../world.ts';

export type Header = readonly [name: string, value: string];
export type Member = readonly [key: string, value: unknown];

/** A request that is being made up: right at first, until mutations have been at it. */
export interface RestDraft {
  method: string;
  /** Encoded already, without the slash before the first. */
  segments: string[];
  query: string[];
  headers: Header[];
  /** Members of the document. Undefined: there is no body. */
  members: Member[] | undefined;
  /** In place of what the members would make. */
  body: Buffer | undefined;
  sender: Sender;
  version: string;
  /** In place of what the segments and the query would make. */
  target: string | undefined;
  framing: 'length' | 'chunked' | 'own';
  /** Sent after the request: what a parser may take for its body, or for the next request. */
  tail: Buffer | undefined;
  /** Cut into packets at these places. */
  cuts: readonly number[];
  /** The bytes may end the connection or leave it in doubt: it is closed after them, and there need be no answer. */
  isIsolated: boolean;
  /** Whether the answer still tells something about the route and its access. */
  isOnRoute: boolean;
}

const OPTIONAL_PERCENT = 35;
const SNAKE_PERCENT = 40;

/** The right request of a step, by its user. */
export function draftOf(target: RestTarget, step: Step, memory: CaseMemory, world: World, key: string): RestDraft {
  const draw = new Draw(step.salt);
  const { route } = target;
  const segments = route.path.slice(1).split('/').map((part) => (part.startsWith(':') ? rightId(idKindOf(route.path), memory, draw) : part));
  const sender = senderFor(target, memory, world, draw);
  const members = membersOf(target, memory, draw, segments);
  const headers: Header[] = members === undefined ? [] : [['Content-Type', 'application/json']];
  if (route.idempotency === 'required' || (route.idempotency === 'optional' && draw.chance(50))) headers.push(['Idempotency-Key', key]);
  return {
    method: route.method,
    segments,
    query: queryOf(target, memory, draw),
    headers,
    members,
    body: undefined,
    sender,
    version: 'HTTP/1.1',
    target: undefined,
    framing: draw.chance(8) ? 'chunked' : 'length',
    tail: undefined,
    cuts: [],
    isIsolated: false,
    isOnRoute: true,
  };
}

function senderFor({ service, route }: RestTarget, { person }: CaseMemory, world: World, draw: Draw): Sender {
  switch (route.access) {
    case 'anyone':
    case 'operator':
      return world.nobody;
    case 'optional':
      return draw.chance(50) ? world.nobody : person.sender;
    case 'user':
      return person.sender;
    case 'organizer':
      return world.organizer;
    case 'admin':
      return world.admin;
    case 'service':
      return world.services[service];
    case 'service_or_admin':
      return draw.chance(50) ? world.services[service] : world.admin;
  }
}

function membersOf({ route }: RestTarget, memory: CaseMemory, draw: Draw, segments: string[]): Member[] | undefined {
  if (route.bodyMode === 'raw') {
    const id = `evt_put_${draw.below(40)}`;
    segments[segments.length - 1] = id;
    return Object.entries(rightEvent(id, draw));
  }
  const fields = Object.entries(route.body ?? {});
  if (fields.length === 0) return draw.chance(15) ? [] : undefined;
  const isSnake = draw.chance(SNAKE_PERCENT);
  const places = route.body?.['seatIds'] === undefined ? {} : rightPlaces(memory, draw);
  const members = fields.flatMap(([name, { schema, required }]): Member[] => {
    if (Object.hasOwn(places, name)) return [[name, places[name]]];
    if (name === 'seatIds' || name === 'quantity' || name === 'section') return [];
    if (name === 'reservationToken' && memory.reservationToken === undefined) return [];
    return required === true || draw.chance(OPTIONAL_PERCENT) ? [[name, rightValue(name, schema, memory, draw)]] : [];
  });
  return isSnake ? members.map(([name, value]) => [toSnakeName(name), value]) : members;
}

function queryOf({ route }: RestTarget, memory: CaseMemory, draw: Draw): string[] {
  return Object.entries(route.query ?? {}).flatMap(([name, { schema, required }]) => {
    if (required !== true && !draw.chance(OPTIONAL_PERCENT)) return [];
    const spelled = draw.chance(SNAKE_PERCENT) ? toSnakeName(name) : name;
    return [`${spelled}=${encodeURIComponent(String(rightValue(name, schema, memory, draw)))}`];
  });
}

/** The document as it goes over the wire. */
export function writeMembers(members: readonly Member[]): string {
  return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value instanceof Raw ? value.text : (JSON.stringify(value) ?? 'null')}`).join(',')}}`;
}

/** The bytes of the request. */
export function writeDraft(draft: RestDraft, host: string): Buffer {
  const { method, segments, query, version, framing, sender, members } = draft;
  const target = draft.target ?? `/${segments.join('/')}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  const body = draft.body ?? (members === undefined ? undefined : Buffer.from(writeMembers(members)));
  const lines = [`${method} ${target} ${version}`];
  if (!draft.headers.some(([name]) => name.toLowerCase() === 'host')) lines.push(`Host: ${host}`);
  if (sender.authorization !== undefined) lines.push(`Authorization: ${sender.authorization}`);
  for (const [name, value] of draft.headers) lines.push(name === '' ? value : `${name}: ${value}`);
  if (body !== undefined && framing === 'length') lines.push(`Content-Length: ${body.length}`);
  if (body !== undefined && framing === 'chunked') lines.push('Transfer-Encoding: chunked');
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  const parts: Buffer[] = [head];
  if (body !== undefined) parts.push(framing === 'chunked' ? chunked(body) : body);
  if (draft.tail !== undefined) parts.push(draft.tail);
  return parts.length === 1 ? head : Buffer.concat(parts);
}

function chunked(body: Buffer): Buffer {
  const half = Math.floor(body.length / 2);
  const chunks = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0);
  return Buffer.concat([...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]), Buffer.from('0\r\n\r\n')]);
}
