import { constants } from 'node:http2';
import { create, fromBinary } from '@bufbuild/protobuf';
import { GRPC_ERROR_CODES } from '@traffic-tacos/kit';
import type { RpcTarget } from '../case.ts';
import type { Secrets } from '../secrets.ts';
import type { Sender } from '../world.ts';
import { bodyOf, type RpcDraft } from './draft.ts';
import type { RpcReply } from './connection.ts';

/** What the client itself ends a stream with that it has given up. */
const CANCEL = constants.NGHTTP2_CANCEL;
const OK = 0;
const UNKNOWN = 2;
const DEADLINE_EXCEEDED = 4;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const DATA_LOSS = 15;
const INVALID_ARGUMENT = 3;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/** Said before the caller is looked at: there is too much metadata, or too large a message. What is to be reported in any case is left to the other checks. */
const BEFORE_ADMISSION: ReadonlySet<number> = new Set([RESOURCE_EXHAUSTED, UNKNOWN, INTERNAL, UNAVAILABLE, DATA_LOSS]);

/** Messages over it are refused. */
const MESSAGE_BYTES = 256 * 1024;
const METADATA_BYTES = 16_000;
const PREFIX_BYTES = 5;

/** INTERNAL is what the protocol demands where a compressed message is damaged, and grpc-js answers it before the platform sees anything. */
const SAID_BY_LIBRARY = [/^Failed to decompress message/];

const OUTCOMES: ReadonlySet<number> = new Set(Object.values(GRPC_ERROR_CODES).flatMap(({ number, isOutcome }) => (isOutcome ? [number] : [])));

/** What is wrong with the end of this call, or undefined. */
export function wrongWithCall(secrets: Secrets, target: RpcTarget, draft: RpcDraft, reply: RpcReply): string | undefined {
  const { status, httpStatus, message } = reply;
  if (draft.givenUpAfterMs === 0 || (draft.givenUpAfterMs !== undefined && status === undefined && reply.resetCode === CANCEL)) return undefined;
  if (status === undefined) return wrongWithEnd(draft, reply);
  if (httpStatus !== 200) return `has the HTTP status ${String(httpStatus)} and the status ${status}`;
  const shown = secrets.inAnswer(plain(message), draft.sender);
  if (shown !== undefined) return `shows a secret: ${shown}`;
  const admission = draft.isOnMethod ? wrongWithAdmission(target, draft, status) : undefined;
  if (admission !== undefined) return admission;
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
  if (!target.isStream && framesIn(body) !== 1) return 'is no single framed message';
  if (framesIn(body) === undefined) return 'is no row of framed messages';
  const shown = secrets.inAnswer(body.toString('latin1', PREFIX_BYTES), draft.sender);
  if (shown !== undefined) return `shows a secret: ${shown}`;
  const code = target.isStream ? undefined : errorCodeIn(target, body);
  return code === undefined || OUTCOMES.has(code) ? undefined : `has the error code ${code} in a response`;
}

/** The number of `error.code` in a response; undefined without one. Throws where the bytes are no response. */
export function errorCodeIn({ method }: RpcTarget, body: Buffer): number | undefined {
  const response = body.length === PREFIX_BYTES ? create(method.output) : fromBinary(method.output, body.subarray(PREFIX_BYTES));
  const { error } = response as { readonly error?: { readonly code?: number } };
  return error === undefined ? undefined : (error.code ?? 0);
}

/** How many framed messages these bytes are; undefined where they are no such row. */
function framesIn(body: Buffer): number | undefined {
  let [at, frames] = [0, 0];
  for (; at + PREFIX_BYTES <= body.length; frames++) at += PREFIX_BYTES + body.readUInt32BE(at + 1);
  return at === body.length ? frames : undefined;
}

/** Whoever may not call gets UNAUTHENTICATED or PERMISSION_DENIED, whichever of them says why, and learns nothing else. */
function wrongWithAdmission(target: RpcTarget, { sender, hasDeadline }: RpcDraft, status: number): string | undefined {
  const refusal = refusedWith(target, sender);
  if (refusal === undefined || status === refusal || BEFORE_ADMISSION.has(status)) return undefined;
  // A deadline that is none is refused before anything else is looked at.
  if (hasDeadline && (status === DEADLINE_EXCEEDED || status === INVALID_ARGUMENT)) return undefined;
  const whose = `${sender.kind} ${sender.name} where ${[...target.callers].join(', ')} are`;
  return status === OK ? `lets in ${whose}` : `ends with status ${status} for ${whose}, and not with ${refusal}`;
}

function refusedWith({ callers, service, takesTokens }: RpcTarget, { kind, audience }: Sender): number | undefined {
  const isUnknown = kind === 'forged' || (kind === 'service' && audience !== service);
  if (callers.has('anyone')) return takesTokens && isUnknown ? UNAUTHENTICATED : undefined;
  if (isUnknown || kind === 'nobody') return UNAUTHENTICATED;
  if (kind === 'service') return callers.has('service') ? undefined : PERMISSION_DENIED;
  return callers.has('user') || (kind === 'admin' && callers.has('admin')) ? undefined : PERMISSION_DENIED;
}
