import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { refuse } from '../errors/registry.ts';
import { isForm } from './form-document.ts';
import type { Refusal } from './route.ts';

/** Whether the header announces a body at all. A chunked body may still turn out to be empty. */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  const length = headers['content-length'];
  return length !== undefined && length !== '0';
}

/** The announced length in bytes; NaN for a chunked body. */
export const announcedBytes = (headers: IncomingHttpHeaders): number => Number(headers['content-length']);

/** What can be said against a body before a byte of it is read: its announced length, and what it claims to be. */
export function refuseByHeader(headers: IncomingHttpHeaders, limitBytes: number, takesForm = false): Refusal | undefined {
  if (announcedBytes(headers) > limitBytes) return tooLarge(limitBytes);
  return isJson(headers) || (takesForm && isForm(headers)) ? undefined : refuse('UNSUPPORTED_MEDIA_TYPE');
}

export function tooLarge(limitBytes: number): Refusal {
  return refuse('PAYLOAD_TOO_LARGE', { details: [{ field: 'body', reason: `must have at most ${limitBytes} bytes` }] });
}

const JSON_TYPE = /^application\/(?:json|[a-z0-9!#$&^_.+-]{1,100}\+json)\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;
const USUAL = 'application/json';

/** A body without a type counts as JSON, as many hand-written clients mean it; a compressed one is not taken. */
export function isJson(headers: IncomingHttpHeaders): boolean {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return false;
  const type = headers['content-type'];
  if (type === undefined || type === USUAL) return true;
  if (!JSON_TYPE.test(type)) return false;
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase();
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii';
}

const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i;

/** Whether the sender holds its body back until it is told to go on. */
export function awaitsContinue(raw: IncomingMessage): boolean {
  const { expect } = raw.headers;
  return expect !== undefined && raw.httpVersion === '1.1' && CONTINUE.test(expect);
}
