import type { Socket } from 'node:net';
import { isoInstant, type Clock } from '@traffic-tacos/kernel';
import { refuse, type ErrorRegistry } from '../errors/registry.ts';
import type { AnswerHead } from './answer-head.ts';
import { errorDocument } from './error-document.ts';
import { createSnakeRenderer, renderCamel } from './render-json.ts';
import type { RouteMeters } from './route-meters.ts';
import type { HttpSettings } from './settings.ts';
import type { TraceIds } from './trace.ts';

export interface SocketErrorsDeps {
  readonly settings: HttpSettings;
  readonly registry: ErrorRegistry;
  readonly clock: Clock;
  readonly traceIds: TraceIds;
  readonly head: AnswerHead;
  readonly meters: RouteMeters;
}

/** What the parser says, and what it means to the sender. Everything else is 400. */
const STATUS_LINES: Readonly<Record<string, readonly [status: number, line: string, reason: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'the request header is too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Content Too Large', 'the chunk extensions are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'the request did not arrive in time'],
};
const BAD_REQUEST: readonly [number, string, string] = [400, 'Bad Request', 'the request is not valid HTTP/1.1'];

const NO_FIELDS: ReadonlySet<string> = new Set();

/**
 * Answers what never became a request: bytes that are not HTTP, a header too large, a request too slow. The answer has the shape of every
 * other error, and the connection ends with it.
 */
export function createSocketErrors(deps: SocketErrorsDeps): (error: Error & { readonly code?: string }, socket: Socket) => void {
  const render = deps.settings.answerSpelling === 'snake' ? createSnakeRenderer() : renderCamel;
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    if (hasBegunToAnswer(socket)) {
      // What has been said of the request before its body broke off is still to arrive.
      socket.destroySoon();
      return;
    }
    const [status, line, reason] = STATUS_LINES[error.code ?? ''] ?? BAD_REQUEST;
    const traceId = deps.traceIds.newTraceId();
    const body = render(bodyOf(deps, traceId, reason));
    deps.meters.answered(status, 0);
    deps.meters.refused('INVALID_REQUEST');
    socket.end(`HTTP/1.1 ${status} ${line}\r\n${headOf(deps.head(traceId), body)}\r\n${body}`);
    socket.destroySoon();
  };
}

function headOf(fields: readonly string[], body: string): string {
  const length = String(Buffer.byteLength(body));
  const all = [...fields, 'Content-Type', 'application/json; charset=utf-8', 'Content-Length', length, 'Connection', 'close'];
  return all.map((text, place) => (place % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
}

function bodyOf(deps: SocketErrorsDeps, traceId: string, reason: string): Readonly<Record<string, unknown>> {
  const refusal = refuse('INVALID_REQUEST', { details: [{ field: 'request', reason }] });
  const entry = deps.registry.find(refusal.refused);
  if (entry === undefined) return {};
  const timestamp = isoInstant(deps.clock.nowMs());
  return errorDocument(refusal, entry, { traceId, timestamp, target: '', language: 'en', spelling: 'camel', fieldNames: NO_FIELDS });
}

/** An answer that is under way on this connection must not be cut in two by another one. */
function hasBegunToAnswer(socket: Socket & { readonly _httpMessage?: { readonly headersSent: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}
