import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ERROR_REGISTRY } from '@traffic-tacos/kit';
import { Ledger } from '../src/ledger.ts';
import type { Secrets } from '../src/secrets.ts';
import { frameWith, OPCODE, writeFrame, type ClientFrame } from '../src/socket/client-frame.ts';
import type { SocketReply } from '../src/socket/conversation.ts';
import type { SocketDraft } from '../src/socket/draft.ts';
import { wrongWithConversation } from '../src/socket/oracle.ts';
import { FrameReader } from '../src/socket/server-frames.ts';
import type { Sender } from '../src/world.ts';

const SECRETS: Secrets = { inAnswer: (text) => (text.includes('secret') ? 'a secret' : undefined), inLog: () => undefined };
const USER: Sender = { kind: 'user', name: 'u', userId: 'u', authorization: 'Bearer x', audience: undefined };
const OTHER: Sender = { ...USER, name: 'v', userId: 'v' };
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const DRAFT: SocketDraft = {
  line: 'GET /ws', version: 'HTTP/1.1', headers: [['Sec-WebSocket-Key', KEY]], named: [USER], messages: [], frameChanges: [], tail: undefined, cuts: [], handshake: 'right', isAnswered: false, isHasty: false,
};
const OPENED = { status: 101, headers: { 'sec-websocket-accept': ACCEPT, 'x-trace-id': 'a'.repeat(32) }, text: '' };
const THEIRS = `rsv_0${'1'.repeat(25)}`;

const said = (message: object | string) => ({ opcode: OPCODE.text, payload: Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)) });
const closing = (code: number, reason = '') => ({ opcode: OPCODE.close, payload: Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]) });

function check(reply: Partial<SocketReply>, draft: Partial<SocketDraft> = {}): string {
  const ledger = new Ledger();
  ledger.owned(THEIRS, OTHER);
  return wrongWithConversation({ registry: ERROR_REGISTRY, secrets: SECRETS, ledger }, { ...DRAFT, ...draft }, Buffer.from('GET'), { reply: OPENED, frames: [], broken: undefined, ...reply }) ?? 'right';
}

test('S20: the check of a conversation fires on a handshake that is wrong in either direction', () => {
  assert.equal(check({}), 'right');
  assert.match(check({ reply: undefined }), /without an answer/);
  assert.equal(check({ reply: undefined }, { handshake: 'odd' }), 'right');
  assert.match(check({ reply: { status: 400, headers: {}, text: '' } }), /refused a right handshake/);
  assert.match(check({ reply: { status: 400, headers: {}, text: '' } }, { handshake: 'wrong' }), /no X-Trace-Id/, 'a refusal has the form of every refusal');
  assert.match(check({ reply: { status: 500, headers: {}, text: '' } }, { handshake: 'odd' }), /answered 500/);
  assert.match(check({}, { handshake: 'wrong' }), /handshake in that is none/);
  assert.match(check({}, { handshake: 'foreign' }), /page of another origin/);
  assert.match(check({ reply: { ...OPENED, headers: { ...OPENED.headers, 'sec-websocket-accept': 'x' } } }), /has not sent/);
  assert.match(check({ reply: { ...OPENED, headers: { 'sec-websocket-accept': ACCEPT } } }), /no X-Trace-Id/);
});

test('S18, S19, S20: … on what a server may not say: faults, secrets, strangers signed in, things of others', () => {
  assert.match(check({ broken: 'x' }), /sent what it may not/);
  assert.match(check({ frames: [said('{')] }), /no JSON/);
  assert.match(check({ frames: [said({ type: 'x' })] }), /nobody knows/);
  assert.match(check({ frames: [{ opcode: OPCODE.text, payload: Buffer.of(0xff) }] }), /no UTF-8/);
  assert.match(check({ frames: [said({ type: 'pong', a: 'secret' })] }), /shows a secret/);
  assert.match(check({ frames: [said({ type: 'error', code: 'INTERNAL_ERROR', message: 'x' })] }), /answers a message with INTERNAL_ERROR/);
  assert.equal(check({ frames: [said({ type: 'error', code: 'NOT_FOUND', message: 'x' })] }), 'right');
  assert.match(check({ frames: [closing(1011, 'failed')] }), /closes with 1011/);
  assert.match(check({ frames: [closing(1011, 'failed')] }, { tail: Buffer.alloc(1) }), /closes with 1011/);
  assert.equal(check({ frames: [closing(1008)] }), 'right');
  const signedIn = said({ type: 'authenticated', user_id: 'u' });
  const event = (id: string) => said({ type: 'event', topic: 'reservation', id });
  assert.match(check({ frames: [signedIn] }, { named: [{ ...USER, kind: 'forged' }] }), /signs in u/);
  assert.match(check({ frames: [signedIn] }, { named: [{ ...USER, kind: 'service' }] }), /signs in u/);
  assert.match(check({ frames: [said({ type: 'authenticated', user_id: 'w' })] }), /signs in w/);
  assert.match(check({ frames: [event('x')] }), /has not signed in/);
  assert.equal(check({ frames: [signedIn, event('x')] }), 'right');
  assert.match(check({ frames: [signedIn, event(THEIRS)] }), /of another user/);
  assert.match(check({}, { isAnswered: true }), /did not answer/);
});

test('frames of a server are taken apart however they were cut, and what no server may send is found', () => {
  const read = (bytes: Buffer, cut = bytes.length) => {
    const reader = new FrameReader();
    reader.add(bytes.subarray(0, cut));
    const before = reader.next();
    reader.add(bytes.subarray(cut));
    return before ?? reader.next();
  };
  const frame = (change: Partial<ClientFrame>): Buffer => writeFrame({ ...frameWith(OPCODE.text, Buffer.from('hello'), undefined), ...change });
  for (const payload of [Buffer.alloc(0), Buffer.alloc(125, 'a'), Buffer.alloc(126, 'b'), Buffer.alloc(70_000, 'c')]) {
    for (const cut of [1, 2, 5]) assert.deepEqual(read(frame({ payload }), cut)?.payload, payload, `${payload.length} bytes`);
  }
  for (const bad of [{ mask: Buffer.alloc(4) }, { reserved: 4 }, { isFinal: false }, { opcode: 3 }, { opcode: OPCODE.ping, payload: Buffer.alloc(126) }]) assert.throws(() => read(frame(bad)), { name: 'BadFrame' });
});
