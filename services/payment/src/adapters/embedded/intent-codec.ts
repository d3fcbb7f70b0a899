import type { ByteReader, ByteWriter, HistoryShape } from '@traffic-tacos/journal';
import {
  amountMinor,
  epochMs,
  formatId,
  invariant,
  isCurrencyCode,
  parseId,
  present,
  type CurrencyCode,
  type EpochMs,
  type IdWords,
} from '@traffic-tacos/kernel';
import { INTENT_STATUSES } from '../../domain/intent-states.ts';
import { isOpen, PAYMENT_METHODS, REFUND_REASONS, type Intent } from '../../domain/intent.ts';
import { DRAWN_RESULTS, SCENARIOS } from '../../domain/scenario.ts';

/** From 2 on an intent names its receiver; before that a record of its own did. */
export const INTENT_LAYOUT_VERSION = 2;

/** Closed sets of words stand on disk and in rows as their place in the list; where none is possible, that is 0 and places begin at 1. */
export const codeOf = <Word extends string>(words: readonly Word[], word: Word): number => words.indexOf(word);
export const wordAt = <Word extends string>(words: readonly Word[], code: number): Word => present(words[code], `no word has the code ${code}`);
export const codeOrNone = <Word extends string>(words: readonly Word[], word: Word | undefined): number =>
  word === undefined ? 0 : words.indexOf(word) + 1;
export const wordOrNone = <Word extends string>(words: readonly Word[], code: number): Word | undefined =>
  code === 0 ? undefined : wordAt(words, code - 1);

/** An instant that may be missing; 0 stands for that, which no intent was ever created at. */
export const instantOrNone = (value: number): EpochMs | undefined => (value === 0 ? undefined : epochMs(value));

/** Three letters of 8 bits. */
export const currencyNumber = (currency: CurrencyCode): number =>
  (currency.charCodeAt(0) << 16) | (currency.charCodeAt(1) << 8) | currency.charCodeAt(2);

export function currencyOfNumber(value: number): CurrencyCode {
  const text = String.fromCharCode((value >>> 16) & 255, (value >>> 8) & 255, value & 255);
  invariant(isCurrencyCode(text), 'a stored currency is a currency');
  return text;
}

export const intentWords = (intentId: string): IdWords => present(parseId('pay', intentId), 'an intent id');
export const reservationWords = (reservationId: string): IdWords => present(parseId('rsv', reservationId), 'a reservation id');

/** The 128 bits of a trace id of 32 hex digits. */
export const traceWords = (traceId: string): IdWords => ({
  w0: Number.parseInt(traceId.slice(0, 8), 16) | 0,
  w1: Number.parseInt(traceId.slice(8, 16), 16) | 0,
  w2: Number.parseInt(traceId.slice(16, 24), 16) | 0,
  w3: Number.parseInt(traceId.slice(24, 32), 16) | 0,
});

export const traceText = ({ w0, w1, w2, w3 }: IdWords): string => hex(w0) + hex(w1) + hex(w2) + hex(w3);

/** Eight digits in one call: a number's own hexadecimal text has to be filled up, and is a piece that is copied again. */
const hex = (word: number): string =>
  String.fromCharCode(
    digit(word >>> 28), digit(word >>> 24), digit(word >>> 20), digit(word >>> 16), digit(word >>> 12), digit(word >>> 8), digit(word >>> 4), digit(word),
  );

function digit(bits: number): number {
  const value = bits & 15;
  return value + (value < 10 ? ZERO : SMALL_A - 10);
}

const ZERO = 48;
const SMALL_A = 97;

/** Intents in the history: those that nothing happens to any more by itself. A captured one may still be given back. */
export const INTENT_SHAPE: HistoryShape<Intent> = {
  recordType: 20,
  name: 'intents',
  decode: decodeIntent,
  keyOf: ({ id }) => intentWords(id),
  versionOf: ({ version }) => version,
  hasEnded: ({ status }) => !isOpen(status),
  ownerOf: ({ userId }) => userId,
  linkOf: ({ reservationId }) => reservationWords(reservationId),
};

export function encodeIntent(intent: Intent, writer: ByteWriter): void {
  writer.id(intentWords(intent.id));
  writer.u32(intent.version);
  writer.id(reservationWords(intent.reservationId));
  writer.text(intent.eventId);
  writer.text(intent.userId);
  writer.id(traceWords(intent.traceId));
  writer.u53(intent.amountMinor);
  writer.u32(currencyNumber(intent.currency));
  writer.u8(codeOf(SCENARIOS, intent.scenario));
  writer.u8(codeOrNone(PAYMENT_METHODS, intent.method));
  writer.u8(codeOf(INTENT_STATUSES, intent.status));
  writer.u8(codeOf(DRAWN_RESULTS, intent.result));
  writer.u53(intent.createdAtMs);
  writer.u53(intent.settleAtMs ?? 0);
  writer.u53(intent.expiresAtMs);
  writer.u53(intent.changedAtMs);
  writer.u53(intent.refundedMinor);
  writer.u53(intent.lastRefundMinor);
  writer.u8(codeOrNone(REFUND_REASONS, intent.refundReason));
  writer.u32(intent.sequence);
  writer.u8(intent.factsAdded);
  writer.text(intent.webhookUrl ?? '');
}

export function decodeIntent(layoutVersion: number, reader: ByteReader): Intent {
  invariant(layoutVersion >= 1 && layoutVersion <= INTENT_LAYOUT_VERSION, `payment intents were never written in layout ${layoutVersion}`);
  return {
    id: formatId('pay', reader.id()),
    version: reader.u32(),
    reservationId: formatId('rsv', reader.id()),
    eventId: reader.text(),
    userId: reader.text(),
    traceId: traceText(reader.id()),
    amountMinor: amountMinor(reader.u53()),
    currency: currencyOfNumber(reader.u32()),
    scenario: wordAt(SCENARIOS, reader.u8()),
    method: wordOrNone(PAYMENT_METHODS, reader.u8()),
    status: wordAt(INTENT_STATUSES, reader.u8()),
    result: wordAt(DRAWN_RESULTS, reader.u8()),
    createdAtMs: epochMs(reader.u53()),
    settleAtMs: instantOrNone(reader.u53()),
    expiresAtMs: epochMs(reader.u53()),
    changedAtMs: epochMs(reader.u53()),
    refundedMinor: amountMinor(reader.u53()),
    lastRefundMinor: amountMinor(reader.u53()),
    refundReason: wordOrNone(REFUND_REASONS, reader.u8()),
    sequence: reader.u32(),
    factsAdded: reader.u8(),
    webhookUrl: (layoutVersion === 1 ? '' : reader.text()) || undefined,
  };
}
