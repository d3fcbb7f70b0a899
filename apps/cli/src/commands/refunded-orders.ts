import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { CommandFailed } from '../command-failed.ts';
import { objectOf, textIn } from '../http/json-fields.ts';

/** An order of a file, by its id, and what the file says of it; empty where it says nothing, as in a list of refunded orders. */
interface NamedOrder {
  readonly id: string;
  readonly status: string;
}

/**
 * The orders that a file says are refunded: a list of ids, or an export of orders or tickets in either form, of which those count that are not CONFIRMED or VALID. Throws
 * `CommandFailed` for a file in which no order is recognised, since every ticket would be good by it; an export of nothing is one.
 */
export async function readRefunded(path: string): Promise<ReadonlySet<string>> {
  const orders = ordersIn(path, await readText(path));
  if (orders === undefined) throw new CommandFailed(`${path} names no order: --void takes what npx tacos export orders --csv has written, or export tickets, or a list of the ids of refunded orders.`);
  return new Set(orders.filter(({ status }) => !GOOD.has(status)).map(({ id }) => id));
}

/** Throws `CommandFailed` where the file cannot be read. */
export const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CommandFailed(`${path} cannot be read: ${cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)}`, { cause });
  });

/** What an order is that was not refunded, and a ticket that is not void. */
const GOOD: ReadonlySet<string> = new Set(['CONFIRMED', 'VALID']);
const ORDER_ID = /\bord_[0-9A-HJKMNP-TV-Z]{26}\b/;
const isOrderId = (text: string): boolean => ORDER_ID.exec(text)?.[0] === text;

/** Undefined: this is not a file of orders. In an export only its own columns count: the others hold what buyers have chosen, which may read like an order or a status. */
function ordersIn(path: string, text: string): readonly NamedOrder[] | undefined {
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (start.startsWith('[') || start.startsWith('{')) return fromJson(start);
  return /^(?:order|ticket)_id,/.test(start) ? fromCsv(path, start) : fromLines(start);
}

function fromJson(text: string): readonly NamedOrder[] | undefined {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    // Cut short, or something else altogether: it says nothing of orders that can be relied on.
    return undefined;
  }
  if (!Array.isArray(rows)) return undefined;
  const orders = rows.map((row) => ({ id: textIn(objectOf(row), 'order_id'), status: textIn(objectOf(row), 'status') }));
  return orders.every(isWhole) ? orders : undefined;
}

function fromCsv(path: string, text: string): readonly NamedOrder[] | undefined {
  const rows = csvRows(path, text);
  if (!/^(?:order|ticket)_id,(\w+,)*status\b/.test(text)) return undefined;
  const orders = rows.map(({ order_id: id = '', status = '' }) => ({ id, status }));
  return orders.every(isWhole) ? orders : undefined;
}

const isWhole = ({ id, status }: NamedOrder): boolean => isOrderId(id) && status !== '';

function csvRows(path: string, text: string): readonly Readonly<Record<string, string>>[] {
  try {
    return parse(text, { columns: true, relax_column_count: true, skip_empty_lines: true });
  } catch (cause) {
    throw new CommandFailed(`${path} is not CSV: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function fromLines(text: string): readonly NamedOrder[] | undefined {
  const orders = text.split('\n').flatMap((line): NamedOrder[] => {
    const [id] = ORDER_ID.exec(line) ?? [];
    return id === undefined ? [] : [{ id, status: /\b(?:CONFIRMED|VALID)\b/.exec(line)?.[0] ?? '' }];
  });
  return orders.length === 0 ? undefined : orders;
}
