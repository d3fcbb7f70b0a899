/** The wire types of protocol buffers. 3 and 4 are groups, which nothing of ours uses. */
export type WireType = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** One field as it goes over the wire: its number, its type, and the bytes behind its tag. */
export interface Part {
  readonly number: number;
  readonly wireType: WireType;
  readonly payload: Buffer;
  /** What the contract calls it, for mutations that look for ids and amounts. */
  readonly name: string;
}

export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

export const delimited = (bytes: Buffer): Buffer => Buffer.concat([varint(BigInt(bytes.length)), bytes]);

export const writePart = ({ number, wireType, payload }: Part): Buffer => Buffer.concat([varint((BigInt(number) << 3n) | BigInt(wireType)), payload]);

export const writeParts = (parts: readonly Part[]): Buffer => Buffer.concat(parts.map(writePart));

/** A message as gRPC frames it. */
export function frameOf(message: Buffer, flag = 0, length = message.length): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(length >>> 0, 1);
  return Buffer.concat([prefix, message]);
}
