import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { epochMs, type EpochMs } from '@traffic-tacos/kernel';
import { layoutOf, soldOrders, type OrderFilter } from '@traffic-tacos/platform';
import type { OrderWithFacts } from '@traffic-tacos/reservation';
import { readDirectory } from '../beside/read-directory.ts';
import { ordersDirectory } from '../beside/refuse-layout.ts';
import { CommandFailed } from '../command-failed.ts';
import { limitsOf } from '../config/platform-options.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { counted, say } from '../terminal/say.ts';
import { csvLine } from '../terminal/csv.ts';
import { WrongUsage } from '../wrong-usage.ts';

export interface ExportOptions {
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly event?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Rows in one piece of output. */
const ROWS_AT_ONCE = 256;

/** What is written of each order: rows of these columns, as many as there are to be written of it. */
export interface Sheet<Column extends string> {
  /** What one row is about. */
  readonly noun: string;
  readonly columns: readonly Column[];
  rowsOf(sold: OrderWithFacts): readonly Row<Column>[];
}

export type Row<Column extends string> = Readonly<Record<Column, string | number>>;

/** Writes a sheet of every order of the data directory, in memory and in the history, beside the running platform. */
export async function exportSheet<Column extends string>(sheet: Sheet<Column>, { csv = false, json = false, event: eventId, from, to }: ExportOptions): Promise<number> {
  if (csv === json) throw new WrongUsage('Name one form: --csv or --json.');
  const filter = { eventId, fromMs: instantOf('--from', from), toMs: instantOf('--to', to) };
  const settings = settingsOfEnvironment();
  const state = await readDirectory(await ordersDirectory(settings.dataDir), limitsOf(settings), true);
  if (state === undefined) throw new CommandFailed(`There is nothing to export: ${resolve(settings.dataDir)} holds no journal. TACOS_DATA_DIR names the directory.`);
  try {
    // Where services run apart, the orders stand beside no events.
    const isUnknown = eventId !== undefined && (await layoutOf(settings.dataDir)).kind === 'together' && state.tables.inventory.events.find(eventId) === undefined;
    const count = { rows: 0 };
    const rows = rowsOf(sheet, state.tables, filter, count);
    await writeOut(inPieces(csv ? csvText(sheet.columns, rows) : jsonText(rows)));
    say(`Exported ${counted(count.rows, sheet.noun)}.`);
    if (!isUnknown) return 0;
    say(`There is no event ${eventId}: npx tacos events list shows those that there are.`);
    return 1;
  } finally {
    state.close();
  }
}

/** Whoever reads may stop reading, as `head` does: that is no failure of ours. */
async function writeOut(pieces: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), process.stdout, { end: false });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EPIPE') throw error;
  }
}

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** A date is midnight in UTC, as is a time without a zone. */
function instantOf(option: string, text: string | undefined): EpochMs | undefined {
  if (text === undefined) return undefined;
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text.slice(10));
  const ms = ISO.test(text) ? Date.parse(text.length === 10 || hasZone ? text : `${text}Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new WrongUsage(`${option} takes a date or an instant such as 2026-12-24 or 2026-12-24T18:00:00+09:00, not ${text}`);
  return epochMs(ms);
}

function* rowsOf<Column extends string>(sheet: Sheet<Column>, tables: Parameters<typeof soldOrders>[0], filter: OrderFilter, count: { rows: number }): Generator<Row<Column>> {
  for (const sold of soldOrders(tables, filter)) {
    for (const row of sheet.rowsOf(sold)) {
      count.rows++;
      yield row;
    }
  }
}

function* csvText<Column extends string>(columns: readonly Column[], rows: Iterable<Row<Column>>): Generator<string> {
  yield csvLine(columns);
  for (const row of rows) yield csvLine(columns.map((column) => row[column]));
}

function* jsonText(rows: Iterable<object>): Generator<string> {
  let before = '[';
  for (const row of rows) {
    yield `${before}\n  ${JSON.stringify(row)}`;
    before = ',';
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}

/** Whoever reads slowly is waited for, so that an export takes no more memory than a piece of it. */
function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece: string[] = [];
  for (const text of texts) {
    piece.push(text);
    if (piece.length < ROWS_AT_ONCE) continue;
    yield piece.join('');
    piece = [];
  }
  if (piece.length > 0) yield piece.join('');
}
