import type { Exchange } from './exchange.ts';
import type { Detail } from './route.ts';
import { spellingOfDocument } from './spelling.ts';

const NO_DETAILS: readonly Detail[] = [];

/** Fills in the body and query of an exchange, finds how its answer is spelled, and lists every violation of both. */
export function readFields(exchange: Exchange, document: unknown): readonly Detail[] {
  const violations = readBody(exchange, document);
  const { readQuery } = exchange.compiled;
  if (readQuery === undefined) return violations;
  const { values, details } = readQuery(exchange.rawQuery);
  exchange.query = values;
  return details.length === 0 ? violations : [...violations, ...details];
}

function readBody(exchange: Exchange, document: unknown): readonly Detail[] {
  const { route, readBody: read } = exchange.compiled;
  if (read !== undefined) {
    const { values, spelling, details } = read(document ?? {});
    exchange.body = values;
    exchange.spelling = spelling;
    return details;
  }
  if (document === undefined) return route.bodyMode === 'raw' ? [{ field: 'body', reason: 'is required' }] : NO_DETAILS;
  exchange.spelling = spellingOfDocument(document);
  if (route.bodyMode === 'raw') exchange.body = { document };
  return NO_DETAILS;
}
