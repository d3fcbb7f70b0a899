import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parseCatalogue, parseCsvCatalogue, parseEvent, type CsvLine, type EventDocument, type ParsedCatalogue, type Problem, unknownFields } from '@traffic-tacos/inventory';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';

/** Of a file's fields that no event has, so many are named. */
const IGNORED_NAMED = 20;

/** What a file holds, or everything that is wrong with it. */
export type CatalogueFile = {
  readonly path: string;
  /** Places of fields that no event has. */
  readonly ignored: readonly string[];
} & ({ readonly kind: 'valid'; readonly events: readonly EventDocument[] } | { readonly kind: 'invalid'; readonly problems: readonly Problem[] });

/** Reads a catalogue: JSON with one event or a list of them, or CSV where the name ends so or `isCsv` says so. Never throws for what is in the file. */
export async function readCatalogueFile(path: string, isCsv: boolean): Promise<CatalogueFile> {
  const text = await textOf(path);
  if (typeof text !== 'string') return { path, ignored: [], ...invalid(text.place, text.reason) };
  return isCsv || extname(path).toLowerCase() === '.csv' ? { path, ignored: [], ...readCsv(text) } : readJson(path, text);
}

async function textOf(path: string): Promise<string | Problem> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    return { place: '', reason: error instanceof TypeError ? 'is not UTF-8 text' : `cannot be read: ${reasonOf(error)}` };
  }
}

function readJson(path: string, text: string): CatalogueFile {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { path, ignored: [], ...invalid('', `is not JSON: ${reasonOf(error)}`) };
  }
  const ignored = unknownFields(document, IGNORED_NAMED);
  if (Array.isArray(document)) return { path, ignored, ...parseCatalogue(document, DEFAULT_LIMITS) };
  const parsed = parseEvent(document, DEFAULT_LIMITS);
  return parsed.kind === 'valid' ? { kind: 'valid', path, ignored, events: [parsed.event] } : { path, ignored, ...parsed };
}

function readCsv(text: string): ParsedCatalogue {
  try {
    return parseCsvCatalogue(linesOf(text), DEFAULT_LIMITS);
  } catch (error) {
    return invalid('', `is not CSV: ${reasonOf(error)}`);
  }
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

const invalid = (place: string, reason: string): ParsedCatalogue => ({ kind: 'invalid', problems: [{ place, reason }] });
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
