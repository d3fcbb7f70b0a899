import { deflateSync, gzipSync } from 'node:zlib';
import type { RpcTarget } from '../case.ts';
import type { Draw } from '../draw.ts';
import { longText, ODD_TEXTS } from '../odd-values.ts';
import type { CaseMemory, World } from '../world.ts';
import { messageOf, type RpcDraft } from './draft.ts';
import { delimited, frameOf, varint, writePart, type Part, type WireType } from './wire.ts';

interface RpcPlace {
  readonly target: RpcTarget;
  readonly memory: CaseMemory;
  readonly world: World;
}

interface RpcMutation {
  readonly weight: number;
  readonly apply: (draft: RpcDraft, draw: Draw, place: RpcPlace) => void;
}

/** Half of a message, or of a frame, is as wrong as another one. */
const MESSAGE_BYTES_MUTATIONS: Readonly<Record<string, RpcMutation>> = {
  'random bytes': { weight: 4, apply: (draft, draw) => void (draft.message = draw.bytes(draw.below(80))) },
  'bytes changed': { weight: 6, apply: (draft, draw) => void (draft.message = changed(messageOf(draft), draw)) },
  'cut short': { weight: 3, apply: (draft, draw) => void (draft.message = messageOf(draft).subarray(0, draw.below(messageOf(draft).length + 1))) },
  'groups': { weight: 2, apply: (draft, draw) => void (draft.message = Buffer.concat([messageOf(draft), Buffer.from('0b'.repeat(draw.pick([1, 10, 99, 101, 5_000] as const)), 'hex')])) },
  'large message': { weight: 1, apply: (draft, draw) => void (draft.message = Buffer.concat([messageOf(draft), delimitedField(2_047, draw.pick([1_000, 260_000, 270_000] as const))])) },
};

const FIELD_MUTATIONS: Readonly<Record<string, RpcMutation>> = {
  'odd field': { weight: 14, apply: (draft, draw) => change(draft, draw, (part) => [oddPart(part, draw)]) },
  'field missing': { weight: 6, apply: (draft, draw) => change(draft, draw, () => []) },
  'field twice': { weight: 3, apply: (draft, draw) => change(draft, draw, (part) => [part, oddPart(part, draw)]) },
  'field many times': { weight: 2, apply: (draft, draw) => change(draft, draw, (part) => Array.from({ length: draw.pick([10, 11, 500] as const) }, () => part)) },
  'wrong type': { weight: 4, apply: (draft, draw) => change(draft, draw, (part) => [{ ...part, wireType: draw.below(8) as WireType }]) },
  'unknown field': { weight: 3, apply: (draft, draw) => void draft.parts.push(unknownPart(draw)) },
  "somebody else's id": { weight: 8, apply: (draft, draw, place) => changeIds(draft, idOfOthers(draw, place)) },
  'other user': { weight: 4, apply: (draft, draw, { world }) => changeNamed(draft, 'user_id', draw.chance(70) ? draw.pick(world.people).sender.userId : draw.pick(ODD_TEXTS)) },
};

const METADATA_MUTATIONS: Readonly<Record<string, RpcMutation>> = {
  'another sender': { weight: 10, apply: anotherSender },
  'odd credential': { weight: 3, apply: (draft, draw, { world }) => void (draft.sender = { ...world.nobody, kind: 'forged', authorization: draw.pick(['Bearer', 'x', 'Bearer a.b.c', `Bearer ${'a'.repeat(9_000)}`, 'Basic eDp5', ','] as const) }) },
  'key odd': { weight: 3, apply: (draft, draw) => changeNamed(draft, 'idempotency_key', draw.pick(['', ' ', 'k'.repeat(255), 'k'.repeat(256), '\u0001', '한', `shared-${draw.below(32)}`] as const)) },
  'key in metadata': { weight: 3, apply: (draft, draw) => void draft.metadata.push(['idempotency-key', draw.pick([`shared-${draw.below(32)}`, 'k'.repeat(256), ''] as const)]) },
  'odd metadata': { weight: 5, apply: (draft, draw) => void draft.metadata.push(oddMetadata(draw)) },
  'much metadata': { weight: 1, apply: (draft, draw) => void draft.metadata.push(['x-much', 'a'.repeat(draw.pick([1_000, 15_000, 17_000, 40_000] as const))]) },
  timeout: { weight: 4, apply: oddTimeout },
  path: { weight: 3, apply: (draft, draw) => offMethod(draft, () => (draft.path = draw.pick(PATHS))) },
  'content type': { weight: 2, apply: (draft, draw) => offMethod(draft, () => (draft.contentType = draw.pick(['application/grpc+proto', 'application/grpc+json', 'application/json', 'text/plain', '', undefined] as const))) },
  method: { weight: 1, apply: (draft, draw) => offMethod(draft, () => (draft.method = draw.pick(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'X'] as const))) },
  framing: { weight: 5, apply: oddFrame },
  'given up': { weight: 2, apply: (draft) => void (draft.givenUpAfterMs = 0) },
};

export const RPC_MUTATIONS: Readonly<Record<string, RpcMutation>> = { ...FIELD_MUTATIONS, ...MESSAGE_BYTES_MUTATIONS, ...METADATA_MUTATIONS };

function change(draft: RpcDraft, draw: Draw, by: (part: Part) => readonly Part[]): void {
  const at = draw.below(Math.max(1, draft.parts.length));
  const part = draft.parts[at];
  if (part === undefined) draft.parts.push(unknownPart(draw));
  else draft.parts.splice(at, 1, ...by(part));
}

function changeNamed(draft: RpcDraft, name: string, text: string): void {
  draft.parts = draft.parts.map((part) => (part.name === name ? { ...part, payload: delimited(Buffer.from(text)) } : part));
}

function changeIds(draft: RpcDraft, id: string): void {
  draft.parts = draft.parts.map((part) => (/_id$/.test(part.name) && part.name !== 'user_id' && part.wireType === 2 ? { ...part, payload: delimited(Buffer.from(id)) } : part));
}

const idOfOthers = (draw: Draw, { world, target }: RpcPlace): string => {
  const { held, cancelled, confirmed, order, intent } = draw.pick(world.people);
  // A service may end any hold, and nobody would tell its reservation: only those that stand alone are its to touch here.
  if (target.service === 'inventory') return draw.pick([order, intent, `rsv_0${'0'.repeat(25)}`] as const);
  return draw.pick([held, cancelled, confirmed, order, intent]);
};

const ODD_VARINTS = [0n, 1n, -1n, 127n, 128n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 11n, 60n, 61n] as const;
const ODD_TEXT_BYTES = ['', '00', 'ff', 'c328', 'eda080', 'f4908080', 'efbbbf', 'e282ac', '0a', '7f'] as const;

function oddPart(part: Part, draw: Draw): Part {
  switch (part.wireType) {
    case 0:
      // An overlong number ends after its tenth byte, or never.
      return { ...part, payload: draw.chance(10) ? Buffer.from('ff'.repeat(draw.pick([10, 11] as const)) + '01', 'hex') : varint(draw.pick(ODD_VARINTS)) };
    case 2:
      return { ...part, payload: oddBytes(part, draw) };
    default:
      return { ...part, payload: draw.bytes(part.payload.length) };
  }
}

function oddBytes({ payload }: Part, draw: Draw): Buffer {
  switch (draw.below(6)) {
    case 0:
      return delimited(Buffer.from(draw.pick(ODD_TEXT_BYTES), 'hex'));
    case 1:
      return delimited(Buffer.from(longText(draw)));
    case 2:
      return Buffer.concat([varint(draw.pick(ODD_VARINTS)), payload.subarray(1)]);
    case 3:
      return delimited(draw.bytes(draw.below(40)));
    case 4:
      return delimited(Buffer.concat([payload.subarray(1), Buffer.from('x')]));
    default:
      return delimited(Buffer.from(draw.pick(ODD_TEXTS)));
  }
}

const unknownPart = (draw: Draw): Part => ({
  number: draw.pick([0, 1, 15, 16, 99, 100, 1_000, 19_000, 536_870_911, 2 ** 31] as const),
  wireType: draw.below(6) as WireType,
  payload: draw.bytes(draw.below(12)),
  name: '',
});

const delimitedField = (number: number, bytes: number): Buffer => writePart({ number, wireType: 2, payload: delimited(Buffer.alloc(bytes)), name: '' });

function changed(bytes: Buffer, draw: Draw): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i <= draw.below(3); i++) if (copy.length > 0) copy[draw.below(copy.length)] = draw.below(256);
  return copy;
}

function anotherSender(draft: RpcDraft, draw: Draw, { world, target }: RpcPlace): void {
  const senders = [world.nobody, world.organizer, world.admin, world.services[target.service], world.services.gateway, draw.pick(world.people).sender, draw.pick(world.forged), draw.pick(world.forged)];
  draft.sender = draw.pick(senders) ?? world.nobody;
}

const PATHS = ['/', '/x', '/a/b', '/reservation.v1.ReservationService/', '/reservation.v1.ReservationService/Steal', '/reservation.v1.reservationService/GetReservation', '/grpc.health.v1.Health/Check', '/__proto__/constructor', '//', '/com.traffic_tacos.x/y', 'x', '*', '/\u00ff/x', `/${'a'.repeat(3_000)}/b`] as const;

function offMethod(draft: RpcDraft, by: () => unknown): void {
  by();
  draft.isOnMethod = false;
}

const ODD_METADATA: readonly (readonly [string, ...string[]])[] = [
  ['x-error-mode', 'status', 'response', 'x', ''],
  ['accept-language', 'ko', 'ko;q=1e9', ';', ''],
  ['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'x', ''],
  ['x-trace-id', 'f'.repeat(32), 'x'],
  ['grpc-encoding', 'gzip', 'deflate', 'br', 'identity', ''],
  ['grpc-accept-encoding', 'gzip', 'x'],
  ['user-agent', 'x', ''],
  ['x-odd-bin', 'AAEC', '%%%', '=', ''],
  ['grpc-status-details-bin', 'AAEC', '!'],
  ['grpc-status', '0', '13'],
  ['x-forwarded-for', '127.0.0.1', 'x'],
  ['x-user-id', 'admin'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['grpc-previous-rpc-attempts', '1', 'x'],
  ['cookie', 'a=b'],
];

function oddMetadata(draw: Draw): [string, string] {
  const [name = 'x-odd', ...values] = draw.pick(ODD_METADATA) ?? [];
  return [name, draw.chance(80) ? (draw.pick(values) ?? '') : draw.pick(ODD_TEXTS).replace(/[^\x20-\x7e]/g, '?')];
}

function oddTimeout(draft: RpcDraft, draw: Draw): void {
  const value = draw.pick(['0n', '1n', '1u', '1m', '0S', '5S', '1M', '1H', '99999999n', '99999999H', '2147484S', '-1S', 'x', '', '1', 'S', '100000000S', '1.5S', ' 1S', '1S,1S'] as const);
  draft.metadata.push(['grpc-timeout', value]);
  draft.hasDeadline = true;
  draft.mayBreakFraming = true;
}

/** The five bytes before a message say whether it is compressed, and how long it is. */
function oddFrame(draft: RpcDraft, draw: Draw): void {
  const message = messageOf(draft);
  const bodies = [
    () => Buffer.alloc(0), () => Buffer.of(0), () => frameOf(message, 1), () => frameOf(message, 2), () => frameOf(message, 255), () => frameOf(message, 0, message.length + 1), () => frameOf(message, 0, 0),
    () => frameOf(message, 0, Math.max(0, message.length - 1)), () => frameOf(message, 0, 2 ** 32 - 1), () => frameOf(message, 0, 262_145), () => Buffer.concat([frameOf(message), frameOf(message)]),
    () => Buffer.concat([frameOf(message), Buffer.of(7)]), () => message, () => compressed(draft, draw, message),
  ] as const;
  draft.body = draw.pick(bodies)();
  draft.isOnMethod = false;
  draft.mayBreakFraming = true;
}

function compressed(draft: RpcDraft, draw: Draw, message: Buffer): Buffer {
  const isGzip = draw.chance(50);
  draft.metadata.push(['grpc-encoding', isGzip ? 'gzip' : 'deflate']);
  // Half a megabyte of nothing is a few bytes when it is compressed.
  const plain = draw.chance(30) ? Buffer.alloc(500_000) : message;
  const bytes = isGzip ? gzipSync(plain) : deflateSync(plain);
  return frameOf(draw.chance(30) ? bytes.subarray(0, bytes.length / 2) : bytes, 1);
}
