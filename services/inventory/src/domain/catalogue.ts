import type { Limits } from '@traffic-tacos/kernel';
import { readSections } from './catalogue-sections.ts';
import { readerOf, type DocumentReader } from './document-reader.ts';
import type { AdmissionTerms, EventDocument, EventTerms } from './event-document.ts';
import { Problems, type Problem } from './problems.ts';

const DEFAULT_PURCHASE_LIMIT = 10;

const PER_SECOND_MAX = 1_000_000;
const MAX_ACTIVE_MAX = 10_000_000;

export type ParsedCatalogue =
  | { readonly kind: 'valid'; readonly events: readonly EventDocument[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export type ParsedEvent =
  | { readonly kind: 'valid'; readonly event: EventDocument }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Reads a catalogue file: a list of events. One problem refuses the whole file; every problem is listed with its place. */
export function parseCatalogue(document: unknown, limits: Limits): ParsedCatalogue {
  const problems = new Problems();
  const events: EventDocument[] = [];
  if (!Array.isArray(document)) problems.add('', 'must be a list of events');
  else if (document.length > limits.events) problems.add('', `must have at most ${limits.events} events`);
  else readEvents(document, limits, problems, events);
  return problems.count === 0 ? { kind: 'valid', events } : { kind: 'invalid', problems: problems.list() };
}

/** Reads one event. Never throws, whatever the value is. */
export function parseEvent(document: unknown, limits: Limits): ParsedEvent {
  const problems = new Problems();
  const event = readEvent(document, '', limits, problems);
  if (event === undefined || problems.count > 0) return { kind: 'invalid', problems: problems.list() };
  return { kind: 'valid', event };
}

function readEvents(documents: readonly unknown[], limits: Limits, problems: Problems, events: EventDocument[]): void {
  const seen = new Set<string>();
  for (const [index, document] of documents.entries()) {
    const event = readEvent(document, `[${index}]`, limits, problems);
    if (event === undefined) continue;
    if (seen.has(event.id)) problems.add(`[${index}].id`, `${event.id} is in this file twice`);
    seen.add(event.id);
    events.push(event);
  }
}

function readEvent(document: unknown, place: string, limits: Limits, problems: Problems): EventDocument | undefined {
  const reader = readerOf(document, place, problems);
  if (reader === undefined) return undefined;
  const id = reader.id('id', limits.idChars);
  const terms = readTerms(reader, limits);
  const sections = readSections(reader, limits, problems);
  return id === undefined || terms === undefined || sections === undefined ? undefined : { id, terms, sections };
}

function readTerms(reader: DocumentReader, limits: Limits): EventTerms | undefined {
  const name = reader.name('name', limits.nameChars, reader.required('name'));
  const currency = reader.currency('currency');
  const [startsAtMs, endsAtMs] = readSpan(reader, 'startsAt', 'endsAt');
  const [saleStartsAtMs, saleEndsAtMs] = readSpan(reader, 'saleStartsAt', 'saleEndsAt');
  const rest = {
    venue: reader.name('venue', limits.nameChars),
    purchaseLimit: reader.integer('purchaseLimit', 1, limits.capacityPerPool) ?? DEFAULT_PURCHASE_LIMIT,
    waitingRoom: reader.oneOf('waitingRoom', ['on', 'off']) ?? 'off',
    queueIdentity: reader.oneOf('queueIdentity', ['visitor', 'account']) ?? 'visitor',
    listed: reader.yesOrNo('listed') ?? true,
    admission: readAdmission(reader),
  };
  if (name === undefined || currency === undefined) return undefined;
  return { name, currency, startsAtMs, endsAtMs, saleStartsAtMs, saleEndsAtMs, ...rest };
}

function readSpan(reader: DocumentReader, from: string, to: string) {
  const fromMs = reader.instant(from);
  const toMs = reader.instant(to);
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs) reader.problem(to, 'must be later than the time it begins');
  return [fromMs, toMs] as const;
}

function readAdmission(event: DocumentReader): AdmissionTerms {
  const reader = event.object('admission');
  return {
    perSecond: reader?.integer('perSecond', 1, PER_SECOND_MAX),
    maxActive: reader?.integer('maxActive', 1, MAX_ACTIVE_MAX),
    policy: reader?.oneOf('policy', ['arrival', 'draw']) ?? 'arrival',
  };
}
