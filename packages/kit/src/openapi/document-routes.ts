import { createHash } from 'node:crypto';
import { present } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Route } from '../http/route.ts';
import type { Schema } from './shapes.ts';

const REVALIDATED = 'no-cache';

/** `GET /v3/api-docs`, and the way to give it the document, which lists this route too. Until then there is nothing to answer with. */
export interface ApiDocument {
  readonly route: Route;
  /** Renders the document, once, to the bytes that are sent from then on. */
  publish(document: Schema): void;
}

export function createApiDocument(): ApiDocument {
  let rendered: { readonly data: Buffer; readonly etag: string } | undefined;
  const route: Route = {
    method: 'GET',
    path: '/v3/api-docs',
    access: 'anyone',
    summary: 'This document, in OpenAPI 3.0.3',
    answers: {
      200: { description: 'The document.', body: { type: 'object' }, headers: CACHE_HEADERS },
      304: { description: 'It is the one that the client has.', headers: CACHE_HEADERS },
    },
    refusals: [],
    handle: (request) => {
      const { data, etag } = present(rendered, 'the document is published before the server listens');
      return unlessKnown(request, etag, { type: 'application/json; charset=utf-8', data });
    },
  };
  return {
    route,
    publish: (document) => {
      const data = Buffer.from(JSON.stringify(document));
      rendered = { data, etag: tagOf(data) };
    },
  };
}

/** 132 bits: two contents never share a tag. */
const ETAG_CHARS = 22;

export const tagOf = (data: string | Uint8Array): string => `"${createHash('sha256').update(data).digest('base64url').slice(0, ETAG_CHARS)}"`;

export const CACHE_HEADERS = { ETag: 'Names these bytes, for If-None-Match.', 'Cache-Control': 'Whoever keeps it asks again before using it.' };

/** The content, or 304 to whoever has it already. The comparison is weak, as RFC 9110, 13.1.2, has it. */
export function unlessKnown(request: EdgeRequest, etag: string, content: EdgeReply['content'], others: EdgeReply['headers'] = {}): EdgeReply {
  const headers = { ...others, ETag: etag, 'Cache-Control': REVALIDATED };
  const known = request.header('if-none-match')?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers };
  return content === undefined ? { status: 200, headers } : { status: 200, content, headers };
}
