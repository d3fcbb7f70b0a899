import type { ErrorEntry } from '../errors/error-table.ts';
import type { Language } from '../errors/registry.ts';
import type { Detail, Refusal } from './route.ts';
import { toSnake, type Spelling } from './spelling.ts';

/** What an error answer says of its request. */
export interface ErrorContext {
  readonly traceId: string;
  /** When the answer is made, ISO-8601 UTC with milliseconds. */
  readonly timestamp: string;
  /** The request's target; its query is cut off here, because tokens travel there. */
  readonly target: string;
  readonly language: Language;
  readonly spelling: Spelling;
  /** CamelCase names of the route's fields: details about them are spelled as the answer is. */
  readonly fieldNames: ReadonlySet<string>;
}

/** Targets are as long as a client likes. */
const MAX_PATH_CHARS = 512;

/** The body of an error answer, with camelCase keys. */
export function errorDocument(refusal: Refusal, entry: ErrorEntry, context: ErrorContext): Readonly<Record<string, unknown>> {
  const details = refusal.details ?? [];
  return {
    error: {
      code: refusal.refused,
      message: entry.message[context.language],
      traceId: context.traceId,
      timestamp: context.timestamp,
      path: pathOf(context.target),
      details: context.spelling === 'snake' ? details.map((detail) => spellDetail(detail, context.fieldNames)) : details,
    },
  };
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  return target.slice(0, Math.min(query === -1 ? target.length : query, MAX_PATH_CHARS));
}

/** Ids stand in details as well (`A-12`); only what begins with a field's name is respelled: `seatIds[2]` → `seat_ids[2]`. */
export function spellDetail(detail: Detail, fieldNames: ReadonlySet<string>): Detail {
  const name = /^[A-Za-z0-9]+/.exec(detail.field)?.[0];
  if (name === undefined || !fieldNames.has(name)) return { field: detail.field, reason: detail.reason };
  const field = detail.field.replace(/[A-Za-z0-9]+/g, (part) => toSnake(part));
  return { field, reason: detail.reason };
}
