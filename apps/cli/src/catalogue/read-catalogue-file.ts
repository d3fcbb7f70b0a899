import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse } from 'csv-parse/sync';
import {
  parseCatalogue, parseCsvCatalogue, parseEvent, unknownColumns, unknownFields, type CsvLine, type EventDocument, type ParsedCatalogue, type Problem, type UnknownField,
} from '@traffic-tacos/inventory';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { listIn, objectOf } from '../http/json-fields.ts';
import { nearNames } from './near-names.ts';

/** Of a file's fields that no event has, so many are looked at. */
const UNKNOWN_LOOKED_AT = 1_000;
/** What the platform says of an event and nobody can set: it does no harm in a file. */
const FIGURES: ReadonlySet<string> = new Set(['capacity', 'remaining', 'held', 'sold', 'kind', 'version', 'sales']);

/** What a file holds, or everything that is wrong with it. */
export type CatalogueFile = {
  readonly path: string;
  /** Places of fields that no event has, and that are like none that it has. */
  readonly ignored: readonly string[];
} & ({ readonly kind: 'valid'; readonly events: readonly EventDocument[] } | { readonly kind: 'invalid'; readonly problems: readonly Problem[] });

/**
 * Reads a catalogue: JSON with one event or a list of them, or CSV where the name ends so or `isCsv` says so. A field that is spelled almost
 * like one of an event is a problem, since the sale would go on without what it says. Never throws for what is in the file.
 */
export async function readCatalogueFile(path: string, isCsv: boolean): Promise<CatalogueFile> {
  const text = await textOf(path);
  if (typeof text !== 'string') return { path, ignored: [], ...invalid(text.place, text.reason) };
  const { parsed, unknown } = isCsv || extname(path).toLowerCase() === '.csv' ? readCsv(text) : readJson(text);
  const misspelt = unknown.flatMap(({ place, name, known }): Problem[] => {
    const meant = FIGURES.has(name) ? [] : nearNames(name, known);
    return meant.length === 0 ? [] : [{ place, reason: `is nothing that a catalogue has; did you mean ${meant.join(' or ')}?` }];
  });
  const ignored = unknown.filter(({ place, name }) => !FIGURES.has(name) && !misspelt.some((problem) => problem.place === place)).map(({ place }) => place);
  if (misspelt.length === 0) return { path, ignored, ...parsed };
  return { path, ignored, kind: 'invalid', problems: [...misspelt, ...(parsed.kind === 'invalid' ? parsed.problems : [])] };
}

/** What was read, and what of it no catalogue has. */
interface Read {
  readonly parsed: ParsedCatalogue;
  readonly unknown: readonly UnknownField[];
}

async function textOf(path: string): Promise<string | Problem> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    return { place: '', reason: error instanceof TypeError ? 'is not UTF-8 text' : `cannot be read: ${reasonOf(error)}` };
  }
}

function readJson(text: string): Read {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return unread(`is not JSON: ${reasonOf(error)}`);
  }
  if (typeof document !== 'object' || document === null) return unread('must be an event or a list of events');
  if (Array.isArray(document) && document.length === 0) return unread(NO_EVENT);
  const shown = (Array.isArray(document) ? document : [document]).flatMap((event, at) => (isAsShown(event) ? [Array.isArray(document) ? `[${at}]` : ''] : []));
  if (shown.length > 0) return { parsed: { kind: 'invalid', problems: shown.map((place) => ({ place, reason: AS_SHOWN })) }, unknown: [] };
  const unknown = unknownFields(document, UNKNOWN_LOOKED_AT);
  if (Array.isArray(document)) return { parsed: parseCatalogue(document, DEFAULT_LIMITS), unknown };
  const parsed = parseEvent(document, DEFAULT_LIMITS);
  return { parsed: parsed.kind === 'valid' ? { kind: 'valid', events: [parsed.event] } : parsed, unknown };
}

function readCsv(text: string): Read {
  const separator = otherSeparator(text);
  if (separator !== undefined) return unread(`has cells that are separated by ${separator}; save it with commas between them`);
  try {
    const lines = linesOf(text);
    if (lines.length === 1) return unread(NO_EVENT);
    return { parsed: parseCsvCatalogue(lines, DEFAULT_LIMITS), unknown: unknownColumns(lines) };
  } catch (error) {
    return unread(`is not CSV: ${reasonOf(error)}`);
  }
}

/** What separates the cells of the first line in place of commas, as spreadsheets write it in some languages. */
function otherSeparator(text: string): string | undefined {
  const header = text.slice(0, /[\r\n]/.exec(text)?.index);
  if (header.includes(',')) return undefined;
  if (header.includes(';')) return 'semicolons';
  return header.includes('\t') ? 'tabs' : undefined;
}

/** Splits the text into cells; lines of different lengths are left for the catalogue to name. */
function linesOf(text: string): readonly CsvLine[] {
  const lines: CsvLine[] = [];
  parse(text, {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    on_record: (cells: readonly string[], { lines: line }: { readonly lines: number }) => {
      lines.push({ line, cells });
      return null;
    },
  });
  return lines;
}

/** Sections as the platform shows them have figures, and no seats. */
function isAsShown(event: unknown): boolean {
  return listIn(objectOf(event), 'sections').map(objectOf).some((section) => ['remaining', 'kind'].every((name) => Object.hasOwn(section, name)) && !Object.hasOwn(section, 'rows') && !Object.hasOwn(section, 'seat_ids'));
}

const NO_EVENT = 'holds no event';
const AS_SHOWN = 'is as events show --json prints it, with figures in place of the seats; npx tacos events export ID writes what can be imported';

const unread = (reason: string): Read => ({ parsed: invalid('', reason), unknown: [] });
const invalid = (place: string, reason: string): ParsedCatalogue => ({ kind: 'invalid', problems: [{ place, reason }] });
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
