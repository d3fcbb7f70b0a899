import { create, fromBinary } from '@bufbuild/protobuf';
import { GRPC_ERROR_CODES } from '@traffic-tacos/kit';
import type { RpcTarget } from '../case.ts';
import type { Secrets } from '../secrets.ts';
import type { Sender } from '../world.ts';
import { bodyOf, type RpcDraft } from './draft.ts';
import type { RpcReply } from './connection.ts';

const OK = 0;
const UNKNOWN = 2;
const DEADLINE_EXCEEDED = 4;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const DATA_LOSS = 15;

/** Messages over it are refused. */
const MESSAGE_BYTES = 256 * 1024;
const METADATA_BYTES = 16_000;
const PREFIX_BYTES = 5;

/** INTERNAL is what the protocol demands where a compressed message is damaged, and grpc-js answers it before the platform sees anything. */
const SAID_BY_LIBRARY = [/^Failed to decompress message/];

const OUTCOMES: ReadonlySet<number> = new Set(Object.values(GRPC_ERROR_CODES).flatMap(({ number, isOutcome }) => (isOutcome ? [number] : [])));

/** What is wrong with the end of this call, or undefined. */
export function wrongWithCall(secrets: Secrets, target: RpcTarget, draft: RpcDraft, reply: RpcReply): string | undefined {
  if (draft.isCancelled) return undefined;
  const { status, httpStatus, message } = reply;
  if (status === undefined) return wrongWithEnd(draft, reply);
  if (httpStatus !== 200) return `has the HTTP status ${String(httpStatus)} and the status ${status}`;
  const shown = secrets.inAnswer(plain(message), draft.sender);
  if (shown !== undefined) return `shows a secret: ${shown}`;
  if (status === OK) return wrongWithAnswer(secrets, target, draft, reply.body);
  return mayEndWith(status, target, draft, message) ? undefined : `ended with status ${status}: ${message}`;
}

/** What is no gRPC may be told so by HTTP, or its stream may just be reset. */
function wrongWithEnd({ isOnMethod, mayBreakFraming, method }: RpcDraft, { httpStatus, resetCode }: RpcReply): string | undefined {
  if (httpStatus !== undefined && httpStatus >= 400 && httpStatus < 500 && !isOnMethod) return undefined;
  if (httpStatus === undefined && resetCode !== 0 && (mayBreakFraming || !isOnMethod)) return undefined;
  // An answer to HEAD has neither a body nor what follows one.
  if (method === 'HEAD' && httpStatus === 200) return undefined;
  return `ended without a status (HTTP ${String(httpStatus)}, reset ${resetCode})`;
}

function mayEndWith(status: number, { isHandled }: RpcTarget, draft: RpcDraft, message: string): boolean {
  switch (status) {
    case UNKNOWN:
    case UNAVAILABLE:
    case DATA_LOSS:
      return false;
    case INTERNAL:
      return draft.mayBreakFraming && SAID_BY_LIBRARY.some((said) => said.test(plain(message)));
    case DEADLINE_EXCEEDED:
      return draft.hasDeadline;
    case UNIMPLEMENTED:
      return !draft.isOnMethod || !isHandled;
    case RESOURCE_EXHAUSTED:
      return draft.mayBreakFraming || bodyOf(draft).length - PREFIX_BYTES > MESSAGE_BYTES || metadataBytes(draft) > METADATA_BYTES;
    default:
      return status > OK && status <= 16;
  }
}

/** Without the percent signs that stand for bytes in a status message. */
const plain = (message: string): string => decodeURIComponent(message.replace(/%(?![0-9A-Fa-f]{2})/g, '%25'));

const metadataBytes = ({ metadata, sender }: RpcDraft): number =>
  metadata.reduce((sum, [name, value]) => sum + name.length + String(value).length, sender.authorization?.length ?? 0);

function wrongWithAnswer(secrets: Secrets, target: RpcTarget, draft: RpcDraft, body: Buffer): string | undefined {
  if (!draft.isOnMethod) return undefined;
  if (!mayEnter(target, draft.sender)) return `lets in ${draft.sender.kind} ${draft.sender.name} where ${[...target.callers].join(', ')} are`;
  if (body.length < PREFIX_BYTES || body.readUInt32BE(1) !== body.length - PREFIX_BYTES) return 'is no single framed message';
  const shown = secrets.inAnswer(body.toString('latin1', PREFIX_BYTES), draft.sender);
  if (shown !== undefined) return `shows a secret: ${shown}`;
  const code = errorCodeIn(target, body);
  return code === undefined || OUTCOMES.has(code) ? undefined : `has the error code ${code} in a response`;
}

/** The number of `error.code` in a response; undefined without one. Throws where the bytes are no response. */
export function errorCodeIn({ method }: RpcTarget, body: Buffer): number | undefined {
  const response = body.length === PREFIX_BYTES ? create(method.output) : fromBinary(method.output, body.subarray(PREFIX_BYTES));
  const { error } = response as { readonly error?: { readonly code?: number } };
  return error === undefined ? undefined : (error.code ?? 0);
}

function mayEnter({ callers, service }: RpcTarget, { kind, audience }: Sender): boolean {
  if (callers.has('anyone')) return true;
  if (kind === 'nobody' || kind === 'forged') return false;
  if (kind === 'service') return callers.has('service') && audience === service;
  return callers.has('user') || (kind === 'admin' && callers.has('admin'));
}
