import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { DecodedJson } from './json-document.ts';

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** Whether a body is a form, as HTML and OAuth2 send them. A compressed one is not taken. */
export function isForm(headers: IncomingHttpHeaders): boolean {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return false;
  return FORM_TYPE.test(headers['content-type'] ?? '');
}

const malformed = (reason: string): DecodedJson => ({ kind: 'malformed', reason });
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Decodes a form that nobody vouches for into a document of texts. Unlike in JSON, a field that stands there twice is refused, as RFC 6749
 * (3.2) demands of the forms that it defines. What has no value is as if it were not there (the same place).
 */
export function decodeForm(bytes: Buffer): DecodedJson {
  if (!isUtf8(bytes)) return malformed('is not valid UTF-8');
  const fields = new Map<string, string>();
  for (const pair of bytes.toString('utf8').split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decoded(equals === -1 ? pair : pair.slice(0, equals));
    const value = decoded(equals === -1 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) return malformed('has a text that is not percent-encoded UTF-8');
    if (FORBIDDEN.has(name)) return malformed('contains a field that is not allowed: __proto__, constructor or prototype');
    if (fields.has(name)) return malformed('has a field more than once');
    fields.set(name, value);
  }
  return { kind: 'document', document: Object.fromEntries([...fields].filter(([, value]) => value !== '')) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // The only failure is an encoding that is none; its text may hold secrets, so that it is not told.
    return undefined;
  }
}
