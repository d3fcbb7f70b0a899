/** How the length of a frame is written: as short as it can be, in two or eight bytes all the same, or as another number than it is. */
export type LengthForm = 'shortest' | 'two bytes' | 'eight bytes' | bigint;

/** One frame of a client, as it goes over the wire (RFC 6455, 5.2). */
export interface ClientFrame {
  readonly opcode: number;
  readonly isFinal: boolean;
  /** The three reserved bits. */
  readonly reserved: number;
  /** Four bytes; undefined: the frame is not masked, which no client may do. */
  readonly mask: Buffer | undefined;
  readonly length: LengthForm;
  readonly payload: Buffer;
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** A right frame with everything in it. */
export const frameWith = (opcode: number, payload: Buffer, mask: Buffer | undefined): ClientFrame => ({ opcode, isFinal: true, reserved: 0, mask, length: 'shortest', payload });

export function writeFrame({ opcode, isFinal, reserved, mask, length, payload }: ClientFrame): Buffer {
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const marked = mask === undefined ? 0 : 0x80;
  const head = Buffer.from([first, ...lengthBytes(payload.length, length)]);
  head[1] = (head[1] ?? 0) | marked;
  if (mask === undefined) return Buffer.concat([head, payload]);
  const masked = Buffer.from(payload);
  for (let at = 0; at < masked.length; at++) masked[at] = (masked[at] ?? 0) ^ (mask[at % mask.length] ?? 0);
  return Buffer.concat([head, mask, masked]);
}

function lengthBytes(bytes: number, form: LengthForm): readonly number[] {
  if (typeof form === 'bigint') return [EIGHT_BYTES, ...bigEndian(form, 8)];
  if (form === 'eight bytes' || bytes > 0xffff) return [EIGHT_BYTES, ...bigEndian(BigInt(bytes), 8)];
  return form === 'two bytes' || bytes >= TWO_BYTES ? [TWO_BYTES, ...bigEndian(BigInt(bytes), 2)] : [bytes];
}

const bigEndian = (value: bigint, bytes: number): readonly number[] => Array.from({ length: bytes }, (_, at) => Number((value >> BigInt(8 * (bytes - 1 - at))) & 255n));
