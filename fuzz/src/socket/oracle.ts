import { createHash } from 'node:crypto';
import type { ErrorRegistry } from '@traffic-tacos/kit';
import { problemOf, type RawReply } from '@traffic-tacos/kit/testing';
import type { Ledger } from '../ledger.ts';
import type { Secrets } from '../secrets.ts';
import type { Sender } from '../world.ts';
import { OPCODE } from './client-frame.ts';
import type { SocketReply } from './conversation.ts';
import type { SocketDraft } from './draft.ts';
import type { ServerFrame } from './server-frames.ts';

export interface SocketOracleDeps {
  readonly registry: ErrorRegistry;
  readonly secrets: Secrets;
  readonly ledger: Ledger;
}

const SWITCHING = 101;
/** RFC 6455, 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const KEY = 'Sec-WebSocket-Key';
const TYPES: ReadonlySet<unknown> = new Set(['authenticated', 'subscribed', 'unsubscribed', 'event', 'ended', 'pong', 'error', 'heartbeat', 'closing', 'message']);
/** What the platform closes with; beside them a client's own code is said back. 1011 would be a fault of ours. */
const CLOSE_CODES: ReadonlySet<number> = new Set([1000, 1002, 1003, 1005, 1007, 1008, 1009, 1013, 4401, 4408]);
const OF_USERS: ReadonlySet<unknown> = new Set(['reservation', 'payment']);
/** Frames that show something, and not only what the client has said itself. */
const TELLING: ReadonlySet<unknown> = new Set(['subscribed', 'event', 'ended']);
const FAULT = 1011;
const MAY_SIGN_IN: ReadonlySet<Sender['kind']> = new Set(['user', 'organizer', 'admin']);

type Message = Readonly<Record<string, unknown>>;

/** What is wrong with how a conversation went, or undefined. */
export function wrongWithConversation(deps: SocketOracleDeps, draft: SocketDraft, handshake: Buffer, { reply, frames, broken }: SocketReply): string | undefined {
  if (broken !== undefined) return `sent what it may not: ${broken}`;
  if (reply === undefined) return draft.handshake === 'right' ? 'closed the connection without an answer' : undefined;
  if (reply.status !== SWITCHING) return draft.handshake === 'right' ? `refused a right handshake with ${reply.status}` : problemOf(reply, handshake, deps.registry);
  const shaken = wrongWithHandshake(draft, reply);
  if (shaken !== undefined) return shaken;
  const messages: Message[] = [];
  for (const frame of frames) {
    const wrong = frame.opcode === OPCODE.close ? wrongWithClose(frame, draft) : frame.opcode === OPCODE.text ? readInto(messages, frame) : undefined;
    if (wrong !== undefined) return wrong;
  }
  return wrongWithMessages(deps, draft, messages) ?? (draft.isAnswered && !messages.some(({ type }) => type === 'pong') ? `did not answer ${messages.length} right messages to the last` : undefined);
}

function wrongWithHandshake({ handshake, headers }: SocketDraft, reply: RawReply): string | undefined {
  if (handshake === 'wrong') return 'lets a handshake in that is none';
  if (handshake === 'foreign') return 'lets a page of another origin in';
  const keys = headers.filter(([name]) => name === KEY).map(([, value]) => value);
  const accepted = keys.some((key) => createHash('sha1').update(key + GUID).digest('base64') === reply.headers['sec-websocket-accept']);
  if (!accepted) return 'accepts a key that the client has not sent';
  return /^[0-9a-f]{32}$/.test(reply.headers['x-trace-id'] ?? '') ? undefined : 'carries no X-Trace-Id';
}

/** A client that says a code of its own is told the same; of what it says there is no wrong code, since a wrong one is answered with 1002. */
function wrongWithClose({ payload }: ServerFrame, { frameChanges, tail }: SocketDraft): string | undefined {
  if (payload.length === 0) return undefined;
  const code = payload.readUInt16BE(0);
  const mayBeSaidBack = frameChanges.length > 0 || tail !== undefined;
  if (CLOSE_CODES.has(code) || (mayBeSaidBack && code !== FAULT && code >= 1000 && code < 5000)) return undefined;
  // A client may say 1011 itself, and hears it again; ours comes with its reason.
  return code === FAULT && mayBeSaidBack && payload.toString('utf8', 2) !== 'failed' ? undefined : `closes with ${code} ${payload.toString('utf8', 2)}`;
}

function readInto(messages: Message[], { payload }: ServerFrame): string | undefined {
  const text = payload.toString();
  if (!Buffer.from(text).equals(payload)) return 'sends text that is no UTF-8';
  try {
    const message = JSON.parse(text) as Message;
    if (typeof message !== 'object' || !TYPES.has(message['type'])) return `says what nobody knows: ${text.slice(0, 200)}`;
    messages.push(message);
    return undefined;
  } catch {
    return `says what is no JSON: ${text.slice(0, 200)}`;
  }
}

function wrongWithMessages({ registry, secrets, ledger }: SocketOracleDeps, { named }: SocketDraft, messages: readonly Message[]): string | undefined {
  let signedIn: Sender | undefined;
  for (const message of messages) {
    const text = JSON.stringify(message);
    const shown = named.map((sender) => secrets.inAnswer(text, sender)).find((one) => one !== undefined);
    if (shown !== undefined) return `shows a secret: ${shown}`;
    const { type, topic, user_id: userId } = message;
    if (type === 'authenticated') signedIn = named.find((sender) => MAY_SIGN_IN.has(sender.kind) && sender.userId === userId);
    if (type === 'authenticated' && signedIn === undefined) return `signs in ${String(userId)}, by ${named.map(({ kind, name }) => `${kind} ${name}`).join(' and ')}`;
    const wrong = type === 'error' ? wrongWithError(registry, message) : undefined;
    if (wrong !== undefined) return wrong;
    if (!TELLING.has(type)) continue;
    if (OF_USERS.has(topic) && signedIn === undefined) return `lets somebody follow ${String(topic)} who has not signed in`;
    const foreign = signedIn === undefined ? undefined : ledger.foreignIn(text, { ...signedIn, kind: 'user' });
    if (foreign !== undefined) return `shows ${foreign} of another user`;
  }
  return undefined;
}

function wrongWithError(registry: ErrorRegistry, { code, message, details }: Message): string | undefined {
  const status = typeof code === 'string' ? registry.find(code)?.status : undefined;
  if (status === undefined || status >= 500) return `answers a message with ${String(code)}`;
  if (typeof message !== 'string' || message === '') return 'has an error without a message';
  return details === undefined || Array.isArray(details) ? undefined : 'has malformed details';
}
