import type { SocketTarget, Step } from '../case.ts';
import { Draw } from '../draw.ts';
import { writeMembers, type Header, type Member } from '../rest/draft.ts';
import { rightId } from '../right-values.ts';
import type { CaseMemory, Sender, World } from '../world.ts';
import { frameWith, OPCODE, writeFrame, type ClientFrame } from './client-frame.ts';

/** What a client says: members of a JSON object, or any text. */
export type Message = readonly Member[] | string;

/** A conversation over a WebSocket that is being made up: right at first, until mutations have been at it. */
export interface SocketDraft {
  /** First line without the version. */
  line: string;
  version: string;
  headers: Header[];
  /** Whose tokens are shown. Whoever is signed in is one of them. */
  named: Sender[];
  messages: Message[];
  /** What is wrong with the frames, done one after the other when they are made. */
  readonly frameChanges: ((frames: readonly ClientFrame[]) => readonly ClientFrame[])[];
  /** Sent after all frames, as it is. */
  tail: Buffer | undefined;
  /** Cut into packets at these places. */
  cuts: readonly number[];
  /** The server must let the client in; it must not; or nobody can say. */
  handshake: 'right' | 'wrong' | 'foreign' | 'odd';
  /** Every message is one that must be answered, so that the last one is. */
  isAnswered: boolean;
  /** The frames come in the packet of the handshake, before its answer. */
  isHasty: boolean;
}

const SIGNED_IN_PERCENT = 80;
const MASK_BYTES = 4;
const KEY_BYTES = 16;

/** The last message: its answer says that all before it are answered, since they are answered in order. */
const LAST: readonly Member[] = [['type', 'ping']];

export function socketDraftOf(target: SocketTarget, step: Step, memory: CaseMemory): SocketDraft {
  const draw = new Draw(step.salt);
  const { sender } = memory.person;
  const isSignedIn = draw.chance(SIGNED_IN_PERCENT);
  const topics = Array.from({ length: 1 + draw.below(3) }, () => draw.pick(target.topics) ?? '');
  const subscriptions = topics.map((topic): Message => [['type', draw.chance(85) ? 'subscribe' : 'unsubscribe'], ['topic', topic], ['id', idOf(topic, memory, draw)]]);
  return {
    line: `GET ${target.path}`,
    version: 'HTTP/1.1',
    headers: [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ['Sec-WebSocket-Version', '13'], ['Sec-WebSocket-Key', draw.bytes(KEY_BYTES).toString('base64')]],
    named: isSignedIn ? [sender] : [],
    messages: [...(isSignedIn ? [signIn(sender)] : []), ...subscriptions],
    frameChanges: [],
    tail: undefined,
    cuts: [],
    handshake: 'right',
    isAnswered: true,
    isHasty: false,
  };
}

export const signIn = (sender: Sender): Message => [['type', 'authenticate'], ['token', tokenOf(sender)]];

export const tokenOf = ({ authorization = '' }: Sender): string => authorization.replace(/^Bearer /, '');

/** What may be followed under this topic, where the case has made such a thing. */
export function idOf(topic: string, memory: CaseMemory, draw: Draw): string {
  if (topic === 'queue') return memory.waitingToken ?? 'x.y.z';
  return rightId(topic === 'payment' ? 'intent' : 'reservation', memory, draw);
}

export function handshakeOf({ line, version, headers }: SocketDraft, host: string): Buffer {
  const lines = [`${line} ${version}`, ...(headers.some(([name]) => name === 'Host') ? [] : [`Host: ${host}`]), ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** Everything that the client says, as bytes. */
export function framesOf({ messages, frameChanges, tail }: SocketDraft, salt: number): Buffer {
  const draw = new Draw(salt, 1);
  const said = [...messages, LAST].map((message) => frameWith(OPCODE.text, Buffer.from(textOf(message)), draw.bytes(MASK_BYTES)));
  const frames = frameChanges.reduce<readonly ClientFrame[]>((all, change) => change(all), said);
  return Buffer.concat([...frames.map(writeFrame), ...(tail === undefined ? [] : [tail])]);
}

/** A message that is larger is no message, and of too many at once none may be answered. */
const MESSAGE_BYTES = 16 * 1024;
const MESSAGES_AT_ONCE = 32;

/** Whether every message must be answered, so that the answer to the last one is waited for. */
export const mustBeAnswered = ({ isAnswered, messages }: SocketDraft): boolean =>
  isAnswered && messages.length < MESSAGES_AT_ONCE && messages.every((message) => Buffer.byteLength(textOf(message)) <= MESSAGE_BYTES);

const textOf = (message: Message): string => (typeof message === 'string' ? message : writeMembers(message));

/** What ends the conversation: a close frame with a code. */
export const farewell = (world: World): Buffer => writeFrame(frameWith(OPCODE.close, Buffer.from([0x03, 0xe8]), Buffer.alloc(MASK_BYTES, world.people.length)));
