import type { RawReply } from '@traffic-tacos/kit/testing';
import { rawRequest } from '@traffic-tacos/kit/testing';
import type { Operation } from '@traffic-tacos/platform/testing';

/** Who sends: values of `Authorization`. */
export interface Senders {
  readonly user: string;
  readonly admin: string;
  readonly service: string;
}

interface Draft {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What makes the edge refuse, whatever the route: each is tried on every operation. */
const ATTEMPTS: readonly ((draft: Draft, senders: Senders) => string)[] = [
  // No Host.
  ({ headers: { Host: _host, ...headers }, ...draft }) => bytesOf({ ...draft, headers }),
  // A token that is none.
  (draft) => bytesOf(withHeaders(draft, { Authorization: 'Bearer nonsense' })),
  // No token, and not from this machine.
  (draft) => bytesOf(withHeaders(draft, { 'X-Forwarded-For': '10.0.0.1' })),
  // A user without a role, and not from this machine.
  (draft, { user }) => bytesOf(withHeaders(draft, { Authorization: user, 'X-Forwarded-For': '10.0.0.1' })),
  // A service, which may be where only users may.
  (draft, { service }) => bytesOf(withHeaders(draft, { Authorization: service, 'X-Forwarded-For': '10.0.0.1' })),
  // A key without a character.
  (draft, { admin }) => bytesOf(withHeaders(draft, { Authorization: admin, 'Idempotency-Key': '' })),
  // A parameter that is longer than any id.
  (draft, { admin }) => bytesOf({ ...withHeaders(draft, { Authorization: admin }), target: draft.target.replace('/x', `/${'x'.repeat(300)}`) }),
  // A body that is announced too large, and not sent.
  (draft, { admin }) => bytesOf(withHeaders(draft, { Authorization: admin, 'Content-Length': String(64 * 1024 * 1024) })),
  // A body of another type.
  (draft, { admin }) => bytesOf({ ...withHeaders(draft, { Authorization: admin, 'Content-Type': 'text/plain', 'Content-Length': '1' }), body: 'x' }),
  // Chunk extensions without end, from somebody who is let in: whoever is not is refused while the body breaks, and may find the connection closed.
  (draft, { admin }) => bytesOf(withEndlessExtensions(draft, admin)),
  (draft, { service }) => bytesOf(withEndlessExtensions(draft, service)),
  // A header that is too large.
  (draft) => bytesOf(withHeaders(draft, { 'X-Large': 'x'.repeat(20_000) })),
];

const withHeaders = (draft: Draft, headers: Draft['headers']): Draft => ({ ...draft, headers: { ...draft.headers, ...headers } });

const withEndlessExtensions = (draft: Draft, authorization: string): Draft => ({
  ...withHeaders(draft, { Authorization: authorization, 'Transfer-Encoding': 'chunked' }),
  body: `1;${'x'.repeat(20_000)}\r\nx\r\n0\r\n\r\n`,
});

const bytesOf = ({ method, target, headers, body = '' }: Draft): string =>
  `${method} ${target} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;

/** A request of the operation, with `x` for each parameter. */
const draftOf = (operation: Operation): Draft => {
  const [method = '', path = ''] = operation.split(' ');
  return { method, target: path.replaceAll(/\{\w+\}/g, 'x'), headers: { Host: 'localhost', Connection: 'close' } };
};

/** Tries everything that the edge refuses at once on one operation, and answers what came back. */
export async function tryEdge(port: number, operation: Operation, senders: Senders): Promise<readonly string[]> {
  const replies = await Promise.all(ATTEMPTS.map((attempt) => rawRequest(port, attempt(draftOf(operation), senders))));
  return replies.map(answerOf).filter((answer) => answer !== CLOSED);
}

/** Sends a header that does not end. */
export const tryEndless = async (port: number, operation: Operation): Promise<string> => answerOf(await rawRequest(port, bytesOf(draftOf(operation)).slice(0, -2)));

/** Sends a plain request of the operation. */
export const tryPlain = async (port: number, operation: Operation): Promise<string> => answerOf(await rawRequest(port, bytesOf(draftOf(operation))));

const CLOSED = 'closed without an answer';

/** `409 CODE`, or the status alone where nothing is refused. */
function answerOf(reply: RawReply | undefined): string {
  if (reply === undefined) return CLOSED;
  const code = /^\{"error":\{"code":"(\w+)"/.exec(reply.text)?.[1];
  return code === undefined ? String(reply.status) : `${reply.status} ${code}`;
}
