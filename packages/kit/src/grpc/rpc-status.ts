import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Detail } from '../http/route.ts';

/**
 * The trailing metadata that carries a `google.rpc.Status`: the code and message of the call once more, and details that programs read.
 * Written and read here by field numbers, because these few messages go with every refusal and their types are fixed for good
 * (google/rpc/status.proto, google/rpc/error_details.proto).
 */
export const STATUS_DETAILS_KEY = 'grpc-status-details-bin';

/** Whose codes `reason` names. */
const DOMAIN = 'traffic-tacos';
const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';

/**
 * Bytes of all violations together. They travel in trailers, and grpc-java takes no more than 8 KiB of those, as text that is a third longer
 * than the bytes.
 */
const VIOLATION_BYTES = 3_072;

/** Details of one status. */
export interface RpcStatusDetails {
  /** The code of the error table: ErrorInfo. */
  readonly reason: string;
  /** The name in `common.v1.ErrorCode`, in the metadata of ErrorInfo. */
  readonly errorCode: string;
  /** What was wrong with which field: BadRequest, or PreconditionFailure where the request itself was right. */
  readonly violations: readonly Detail[];
  /** When a repeat makes sense: RetryInfo. */
  readonly retryAfterMs: number | undefined;
  /** RequestInfo. */
  readonly traceId: string;
}

/** The status as bytes. `isBadRequest` decides how the violations are called. Of very many of them the first are shown and the rest is counted. */
export function encodeRpcStatus(code: number, message: string, given: RpcStatusDetails, isBadRequest: boolean): Buffer {
  const details = { ...given, violations: fitting(given.violations) };
  const writer = new BinaryWriter().uint32(tag(1)).int32(code).uint32(tag(2, WireType.LengthDelimited)).string(message);
  writeAny(writer, 'ErrorInfo', errorInfo(details));
  writeAny(writer, 'RequestInfo', text(new BinaryWriter(), 1, details.traceId));
  if (details.violations.length > 0) {
    const name = isBadRequest ? 'BadRequest' : 'PreconditionFailure';
    writeAny(writer, name, isBadRequest ? badRequest(details.violations) : preconditionFailure(details));
  }
  if (details.retryAfterMs !== undefined) writeAny(writer, 'RetryInfo', retryInfo(details.retryAfterMs));
  return Buffer.from(writer.finish());
}

function fitting(violations: readonly Detail[]): readonly Detail[] {
  let bytesLeft = VIOLATION_BYTES;
  const shown = violations.findIndex(({ field, reason }) => {
    bytesLeft -= Buffer.byteLength(field) + Buffer.byteLength(reason);
    return bytesLeft < 0;
  });
  if (shown === -1) return violations;
  return [...violations.slice(0, shown), { field: '', reason: `and ${violations.length - shown} more` }];
}

const tag = (field: number, type: WireType = WireType.Varint): number => (field << 3) | type;

const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.uint32(tag(field, WireType.LengthDelimited)).string(value);

const bytes = (writer: BinaryWriter, field: number, value: BinaryWriter): BinaryWriter =>
  writer.uint32(tag(field, WireType.LengthDelimited)).bytes(value.finish());

function writeAny(writer: BinaryWriter, name: string, value: BinaryWriter): void {
  bytes(writer, 3, bytes(text(new BinaryWriter(), 1, TYPE_PREFIX + name), 2, value));
}

function errorInfo({ reason, errorCode }: RpcStatusDetails): BinaryWriter {
  const writer = text(text(new BinaryWriter(), 1, reason), 2, DOMAIN);
  if (errorCode === '') return writer;
  return bytes(writer, 3, text(text(new BinaryWriter(), 1, 'error_code'), 2, errorCode));
}

function badRequest(violations: readonly Detail[]): BinaryWriter {
  const writer = new BinaryWriter();
  for (const { field, reason } of violations) bytes(writer, 1, text(text(new BinaryWriter(), 1, field), 2, reason));
  return writer;
}

function preconditionFailure({ reason, violations }: RpcStatusDetails): BinaryWriter {
  const writer = new BinaryWriter();
  for (const violation of violations) {
    bytes(writer, 1, text(text(text(new BinaryWriter(), 1, reason), 2, violation.field), 3, violation.reason));
  }
  return writer;
}

function retryInfo(retryAfterMs: number): BinaryWriter {
  const duration = new BinaryWriter().uint32(tag(1)).int64(Math.floor(retryAfterMs / 1000));
  duration.uint32(tag(2)).int32((retryAfterMs % 1000) * 1_000_000);
  return bytes(new BinaryWriter(), 1, duration);
}

/** What a server said in its details. Undefined for bytes that are no such status, which a server may send as well as any others. */
export function decodeRpcStatus(encoded: Uint8Array): RpcStatusDetails | undefined {
  const found: MutableDetails = { reason: '', errorCode: '', violations: [], retryAfterMs: undefined, traceId: '' };
  try {
    eachField(encoded, (field, reader) => (field === 3 ? readAny(reader.bytes(), found) : undefined));
    return found;
  } catch {
    // The reader throws wherever the bytes end early or make no sense.
    return undefined;
  }
}

type MutableDetails = { -readonly [Key in keyof RpcStatusDetails]: RpcStatusDetails[Key] } & { violations: Detail[] };

/** Calls `take` for each field; one that it does not read (answers undefined without moving) is passed over. */
function eachField(encoded: Uint8Array, take: (field: number, reader: BinaryReader) => void): void {
  const reader = new BinaryReader(encoded);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const start = reader.pos;
    if (type === WireType.LengthDelimited || type === WireType.Varint) take(field, reader);
    if (reader.pos === start) reader.skip(type, field);
  }
}

function readAny(encoded: Uint8Array, found: MutableDetails): void {
  let type = '';
  let value: Uint8Array = new Uint8Array(0);
  eachField(encoded, (field, reader) => {
    if (field === 1) type = reader.string();
    else if (field === 2) value = reader.bytes();
  });
  READERS[type.slice(TYPE_PREFIX.length)]?.(value, found);
}

const READERS: Readonly<Record<string, (value: Uint8Array, found: MutableDetails) => void>> = {
  ErrorInfo: (value, found) =>
    eachField(value, (field, reader) => {
      if (field === 1) found.reason = reader.string();
      else if (field === 3) readMetadata(reader.bytes(), found);
    }),
  RequestInfo: (value, found) =>
    eachField(value, (field, reader) => {
      if (field === 1) found.traceId = reader.string();
    }),
  BadRequest: (value, found) => readViolations(value, found, 1),
  PreconditionFailure: (value, found) => readViolations(value, found, 2),
  RetryInfo: (value, found) =>
    eachField(value, (field, reader) => {
      if (field === 1) found.retryAfterMs = readDurationMs(reader.bytes());
    }),
};

function readMetadata(encoded: Uint8Array, found: MutableDetails): void {
  let key = '';
  eachField(encoded, (field, reader) => {
    if (field === 1) key = reader.string();
    else if (field === 2 && key === 'error_code') found.errorCode = reader.string();
  });
}

/** `first`: the number of the field that names the thing; the one after it says what was wrong. */
function readViolations(encoded: Uint8Array, found: MutableDetails, first: number): void {
  eachField(encoded, (outer, outerReader) => {
    if (outer !== 1) return;
    let field = '';
    let reason = '';
    eachField(outerReader.bytes(), (number, reader) => {
      if (number === first) field = reader.string();
      else if (number === first + 1) reason = reader.string();
    });
    found.violations.push({ field, reason });
  });
}

function readDurationMs(encoded: Uint8Array): number {
  let ms = 0;
  eachField(encoded, (field, reader) => {
    if (field === 1) ms += Number(reader.int64()) * 1000;
    else if (field === 2) ms += Math.floor(reader.int32() / 1_000_000);
  });
  return ms;
}
