import type { Draw } from '../draw.ts';
import { frameWith, OPCODE, writeFrame, type ClientFrame, type LengthForm } from './client-frame.ts';
import type { SocketDraft } from './draft.ts';
import type { SocketMutations } from './mutations.ts';

/** What can be wrong with frames: their bits, their lengths, their order, their bytes. */
export const FRAME_MUTATIONS: SocketMutations = {
  unmasked: { weight: 3, apply: (draft, draw) => one(draft, draw, (frame) => [{ ...frame, mask: undefined }]) },
  'mask of zeros': { weight: 1, apply: (draft, draw) => one(draft, draw, (frame) => [{ ...frame, mask: Buffer.alloc(MASK_BYTES) }]) },
  'reserved bits': { weight: 3, apply: (draft, draw) => one(draft, draw, (frame) => [{ ...frame, reserved: 1 + draw.below(7) }]) },
  opcode: { weight: 3, apply: (draft, draw) => one(draft, draw, (frame) => [{ ...frame, opcode: draw.below(16) }]) },
  length: { weight: 4, apply: (draft, draw) => one(draft, draw, (frame) => [{ ...frame, length: draw.pick(LENGTHS) }]) },
  fragments: { weight: 5, apply: (draft, draw) => one(draft, draw, (frame) => fragments(frame, draw)) },
  'fragments without an end': { weight: 1, apply: (draft, draw) => void (disturbed(draft).tail = endless(draw)) },
  'continuation of nothing': { weight: 2, apply: (draft, draw) => one(draft, draw, (frame) => [{ ...frame, opcode: OPCODE.continuation }, frame]) },
  'begin in a begin': { weight: 2, apply: (draft, draw) => one(draft, draw, (frame) => [{ ...frame, isFinal: false }, frame]) },
  'control frame': { weight: 5, apply: (draft, draw) => one(draft, draw, (frame) => [control(draw), frame]) },
  'control frames': { weight: 2, apply: (draft, draw) => one(draft, draw, (frame) => [...Array.from({ length: draw.pick([10, 200, 2_000] as const) }, () => frameWith(draw.chance(80) ? OPCODE.ping : OPCODE.pong, draw.bytes(draw.below(4)), draw.bytes(MASK_BYTES))), frame]) },
  close: { weight: 5, apply: (draft, draw) => one(draft, draw, (frame) => [closing(draw), frame]) },
  'bytes that are no text': { weight: 4, apply: (draft, draw) => one(draft, draw, (frame) => [{ ...frame, payload: Buffer.concat([frame.payload.subarray(0, draw.below(frame.payload.length + 1)), Buffer.from(draw.pick(BAD_UTF8), 'hex')]) }]) },
  binary: { weight: 2, apply: (draft, draw) => one(draft, draw, (frame) => [{ ...frame, opcode: OPCODE.binary }]) },
  'large message': { weight: 2, apply: (draft, draw) => last(draft, [frameWith(OPCODE.text, Buffer.alloc(draw.pick([16_384, 16_385, 70_000] as const), ' '), draw.bytes(MASK_BYTES))]) },
  'too many messages': { weight: 1, apply: (draft, draw) => one(draft, draw, (frame) => Array.from({ length: draw.pick([31, 40, 500] as const) }, () => frame)) },
  'cut off': { weight: 2, apply: (draft, draw) => void disturbed(draft, (frames) => frames.slice(0, draw.below(frames.length))) },
  'no frames': { weight: 2, apply: (draft, draw) => void (disturbed(draft, () => []).tail = draw.chance(50) ? draw.bytes(draw.below(60)) : Buffer.from(draw.pick(['GET /health HTTP/1.1\r\nHost: x\r\n\r\n', '\r\n\r\n', 'x'.repeat(20_000)] as const))) },
  'half a frame': { weight: 2, apply: (draft, draw) => void (disturbed(draft).tail = Buffer.from(draw.pick(['81', '81fe', '81fe0001', '81ff00', '8185000000', '88', '8982ab'] as const), 'hex')) },
  'socket packets': { weight: 4, apply: (draft, draw) => void (draft.cuts = Array.from({ length: 1 + draw.below(6) }, () => draw.below(400))) },
};

const MASK_BYTES = 4;
const LENGTHS: readonly [LengthForm, ...LengthForm[]] = ['two bytes', 'eight bytes', 0n, 1n, 125n, 16_384n, 16_385n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
/** Pieces, and the bytes of each. */
const ENDLESS: readonly [Pieces, ...Pieces[]] = [[17_000, 0], [17_000, 1], [2_000, 9]];
const BAD_UTF8 = ['ff', 'c0', 'c328', 'eda080', 'f4908080', 'e282', 'f0288cbc', '80'] as const;
/** What a close frame may say and what it may not: 1004 to 1006 and 1015 are never sent, 0 to 999 and 5000 on belong to nobody. */
const CLOSE_CODES = [0, 1, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1014, 1015, 1016, 2999, 3000, 3999, 4000, 4401, 4999, 5000, 65_535] as const;

type Pieces = readonly [count: number, bytes: number];
type Change = SocketDraft['frameChanges'][number];

/** Whether the last message is still answered can then not be said. */
function disturbed(draft: SocketDraft, change: Change = (frames) => frames): SocketDraft {
  draft.isAnswered = false;
  draft.frameChanges.push(change);
  return draft;
}

function one(draft: SocketDraft, draw: Draw, by: (frame: ClientFrame) => readonly ClientFrame[]): void {
  const place = draw.u32();
  disturbed(draft, (frames) => {
    const at = place % Math.max(1, frames.length);
    const frame = frames[at];
    return frame === undefined ? frames : frames.toSpliced(at, 1, ...by(frame));
  });
}

const last = (draft: SocketDraft, more: readonly ClientFrame[]): void => void disturbed(draft, (frames) => [...frames, ...more]);

/** One message in pieces, whole or not, with control frames between them, which is allowed. */
function fragments(frame: ClientFrame, draw: Draw): readonly ClientFrame[] {
  const count = 2 + draw.below(6);
  const size = Math.ceil(frame.payload.length / count);
  const pieces = Array.from({ length: count }, (_, at): ClientFrame => ({
    ...frame,
    opcode: at === 0 ? frame.opcode : OPCODE.continuation,
    isFinal: at === count - 1,
    payload: frame.payload.subarray(at * size, (at + 1) * size),
  }));
  return pieces.flatMap((piece) => (draw.chance(25) ? [piece, control(draw)] : [piece]));
}

function endless(draw: Draw): Buffer {
  const [count, bytes] = draw.pick(ENDLESS);
  const mask = draw.bytes(MASK_BYTES);
  const piece: ClientFrame = { ...frameWith(OPCODE.continuation, Buffer.alloc(bytes, ' '), mask), isFinal: false };
  const written = writeFrame(piece);
  return Buffer.concat([writeFrame({ ...piece, opcode: OPCODE.text }), Buffer.alloc(count * written.length, written)]);
}

function control(draw: Draw): ClientFrame {
  const frame = frameWith(draw.pick([OPCODE.ping, OPCODE.pong] as const), draw.bytes(draw.pick([0, 1, 124, 125, 126, 300] as const)), draw.bytes(MASK_BYTES));
  return draw.chance(20) ? { ...frame, isFinal: false } : frame;
}

function closing(draw: Draw): ClientFrame {
  const code = Buffer.alloc(2);
  code.writeUInt16BE(draw.pick(CLOSE_CODES));
  const reason = draw.chance(30) ? Buffer.from(draw.pick(BAD_UTF8), 'hex') : Buffer.from('x'.repeat(draw.pick([0, 1, 123, 124] as const)));
  const payload = draw.chance(15) ? code.subarray(0, draw.below(2)) : Buffer.concat([code, reason]);
  return frameWith(OPCODE.close, payload, draw.bytes(MASK_BYTES));
}
