/**
 * As much of HTTP/2 (RFC 9113) and HPACK (RFC 7541) as a sender of equal unary gRPC calls needs. The usual clients cost more of a core for
 * a call than the server that is to be measured beside them, so the bench writes its frames itself.
 */
export const FRAME_HEADER_BYTES = 9;

export const FrameType = { data: 0, headers: 1, resetStream: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const;
export const Flag = { ack: 1, endStream: 1, endHeaders: 4 } as const;

/** What a client sends first: the preface, settings that change nothing, and a receive window that never fills. */
export function connectionPreface(): Buffer {
  const window = Buffer.alloc(4);
  window.writeUInt32BE(2 ** 31 - 1 - 65_535);
  return Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'),
    frame(FrameType.settings, 0, 0, Buffer.alloc(0)),
    frame(FrameType.windowUpdate, 0, 0, window),
  ]);
}

export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  writeFrameHeader(bytes, 0, payload.length, type, flags, stream);
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

export function writeFrameHeader(bytes: Buffer, at: number, length: number, type: number, flags: number, stream: number): void {
  bytes.writeUIntBE(length, at, 3);
  bytes[at + 3] = type;
  bytes[at + 4] = flags;
  bytes.writeUInt32BE(stream, at + 5);
}

/** Header blocks of one call that is made again and again. */
export interface CallHeaders {
  /** For the first call of a connection: both sides put the fields into their table. */
  readonly first: Buffer;
  /** For every later one: it names the fields by their places in that table. */
  readonly later: Buffer;
}

export function callHeaders(path: string, authority: string, token: string | undefined): CallHeaders {
  const fields: Buffer[] = [
    Buffer.concat([Buffer.of(0x44), text(path)]),
    Buffer.concat([Buffer.of(0x41), text(authority)]),
    Buffer.concat([Buffer.of(0x5f), text('application/grpc')]),
    Buffer.concat([Buffer.of(0x40), text('te'), text('trailers')]),
  ];
  if (token !== undefined) fields.push(Buffer.concat([Buffer.of(0x57), text(`Bearer ${token}`)]));
  // The two first bytes are `:method: POST` and `:scheme: http` of the static table. The newest entry of the dynamic one is number 62.
  const indexed = fields.map((_field, at) => 0x80 | (62 + fields.length - 1 - at));
  return { first: Buffer.concat([Buffer.of(0x83, 0x86), ...fields]), later: Buffer.of(0x83, 0x86, ...indexed) };
}

/** A string literal without Huffman coding. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  return Buffer.concat([integer(bytes.length, 7), bytes]);
}

/** An integer with a prefix of that many bits (RFC 7541, 5.1). */
function integer(value: number, prefixBits: number): Buffer {
  const most = 2 ** prefixBits - 1;
  if (value < most) return Buffer.of(value);
  const bytes = [most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
