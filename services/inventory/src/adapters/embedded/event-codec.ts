import type { ByteReader, ByteWriter } from '@traffic-tacos/journal';
import { amountMinor, epochMs, invariant, isCurrencyCode, type CurrencyCode, type EpochMs } from '@traffic-tacos/kernel';
import type { AdmissionTerms, EventTerms } from '../../domain/event-document.ts';
import type { EventPlan, SectionPlan } from '../../domain/event-plan.ts';
import type { SeatRun } from '../../domain/seating.ts';

/** An event as the journal carries it. */
export interface EventRecord {
  readonly plan: EventPlan;
  readonly version: number;
}

/** Layout 2 says of an event whether it is listed; before it all were. */
export const EVENT_LAYOUT = 2;
export const EARLIEST_EVENT_LAYOUT = 1;

const SEATS = 1;
const POOL = 2;
const ROW = 1;
const IDS = 2;
/** In place of an optional number. */
const NONE = -1;

export function encodeEvent({ plan, version }: EventRecord, writer: ByteWriter): void {
  writer.u32(version);
  writer.text(plan.id);
  writer.u53(plan.createdAtMs);
  writer.u53(plan.changedAtMs);
  writer.u32(plan.seatCount);
  encodeTerms(plan.terms, writer);
  writer.u32(plan.sections.length);
  for (const section of plan.sections) encodeSection(section, writer);
}

export function decodeEvent(layoutVersion: number, reader: ByteReader): EventRecord {
  const version = reader.u32();
  const head = { id: reader.text(), createdAtMs: epochMs(reader.u53()), changedAtMs: epochMs(reader.u53()), seatCount: reader.u32() };
  const terms = decodeTerms(layoutVersion, reader);
  const sections = many(reader.u32(), () => decodeSection(reader));
  return { plan: { ...head, terms, sections }, version };
}

function encodeTerms(terms: EventTerms, writer: ByteWriter): void {
  writer.text(terms.name);
  // A venue is never blank, so that an empty text says that there is none.
  writer.text(terms.venue ?? '');
  for (const instant of [terms.startsAtMs, terms.endsAtMs, terms.saleStartsAtMs, terms.saleEndsAtMs]) writer.u53(instant ?? NONE);
  writer.text(terms.currency);
  writer.u32(terms.purchaseLimit);
  writer.u8(terms.waitingRoom === 'on' ? 1 : 0);
  writer.u8(terms.queueIdentity === 'account' ? 1 : 0);
  writer.u53(terms.admission.perSecond ?? NONE);
  writer.u53(terms.admission.maxActive ?? NONE);
  writer.u8(terms.admission.policy === 'draw' ? 1 : 0);
  writer.u8(terms.listed ? 1 : 0);
}

function decodeTerms(layoutVersion: number, reader: ByteReader): EventTerms {
  const name = reader.text();
  const venue = reader.text();
  return {
    name,
    venue: venue === '' ? undefined : venue,
    startsAtMs: decodeInstant(reader),
    endsAtMs: decodeInstant(reader),
    saleStartsAtMs: decodeInstant(reader),
    saleEndsAtMs: decodeInstant(reader),
    currency: decodeCurrency(reader),
    purchaseLimit: reader.u32(),
    waitingRoom: reader.u8() === 1 ? 'on' : 'off',
    queueIdentity: reader.u8() === 1 ? 'account' : 'visitor',
    admission: decodeAdmission(reader),
    listed: layoutVersion < 2 || reader.u8() === 1,
  };
}

function decodeAdmission(reader: ByteReader): AdmissionTerms {
  const perSecond = reader.u53();
  const maxActive = reader.u53();
  return {
    perSecond: perSecond === NONE ? undefined : perSecond,
    maxActive: maxActive === NONE ? undefined : maxActive,
    policy: reader.u8() === 1 ? 'draw' : 'arrival',
  };
}

function decodeInstant(reader: ByteReader): EpochMs | undefined {
  const value = reader.u53();
  return value === NONE ? undefined : epochMs(value);
}

function decodeCurrency(reader: ByteReader): CurrencyCode {
  const text = reader.text();
  invariant(isCurrencyCode(text), 'a currency on record has three capitals');
  return text;
}

function encodeSection(section: SectionPlan, writer: ByteWriter): void {
  writer.u8(section.kind === 'seats' ? SEATS : POOL);
  writer.u32(section.number);
  writer.text(section.id);
  writer.text(section.name);
  writer.u53(section.priceMinor);
  if (section.kind === 'pool') return writer.u32(section.capacity);
  writer.u32(section.runs.length);
  for (const run of section.runs) encodeRun(run, writer);
  writer.u32(section.blocked.length);
  for (const seat of section.blocked) writer.u32(seat);
}

function decodeSection(reader: ByteReader): SectionPlan {
  const kind = reader.u8();
  const terms = { number: reader.u32(), id: reader.text(), name: reader.text(), priceMinor: amountMinor(reader.u53()) };
  if (kind === POOL) return { kind: 'pool', ...terms, capacity: reader.u32() };
  const runs = many(reader.u32(), () => decodeRun(reader));
  return { kind: 'seats', ...terms, runs, blocked: many(reader.u32(), () => reader.u32()) };
}

function encodeRun(run: SeatRun, writer: ByteWriter): void {
  writer.u8(run.kind === 'row' ? ROW : IDS);
  writer.u32(run.firstSeat);
  if (run.kind === 'row') {
    writer.text(run.row);
    writer.u32(run.from);
    writer.u32(run.to);
    return;
  }
  writer.u32(run.ids.length);
  for (const id of run.ids) writer.text(id);
}

function decodeRun(reader: ByteReader): SeatRun {
  const kind = reader.u8();
  const firstSeat = reader.u32();
  if (kind === ROW) return { kind: 'row', row: reader.text(), from: reader.u32(), to: reader.u32(), firstSeat };
  return { kind: 'ids', ids: many(reader.u32(), () => reader.text()), firstSeat };
}

const many = <Item>(count: number, read: () => Item): Item[] => Array.from({ length: count }, read);
