import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parseCatalogue, parseCsvCatalogue, parseEvent, type CsvLine, type EventDocument, type ParsedCatalogue, type Problem } from '@traffic-tacos/inventory';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';

/** What a file holds, or everything that is wrong with it. */
export type CatalogueFile =
  | { readonly kind: 'valid'; readonly path: string; readonly events: readonly EventDocument[] }
  | { readonly kind: 'invalid'; readonly path: string; readonly problems: readonly Problem[] };

/** Reads a catalogue: JSON with one event or a list of them, or CSV where the name ends so or `isCsv` says so. Never throws for what is in the file. */
export async function readCatalogueFile(path: string, isCsv: boolean): Promise<CatalogueFile> {
  const text = await textOf(path);
  if (typeof text !== 'string') return { kind: 'invalid', path, problems: [text] };
  return { path, ...(isCsv || extname(path).toLowerCase() === '.csv' ? readCsv(text) : readJson(text)) };
}

async function textOf(path: string): Promise<string | Problem> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    return { place: '', reason: error instanceof TypeError ? 'is not UTF-8 text' : `cannot be read: ${reasonOf(error)}` };
  }
}

function readJson(text: string): ParsedCatalogue {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return invalid('', `is not JSON: ${reasonOf(error)}`);
  }
  if (Array.isArray(document)) return parseCatalogue(document, DEFAULT_LIMITS);
  const parsed = parseEvent(document, DEFAULT_LIMITS);
  return parsed.kind === 'valid' ? { kind: 'valid', events: [parsed.event] } : parsed;
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
