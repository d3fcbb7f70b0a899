import { epochMsOf } from '@traffic-tacos/contracts';
import type { Timestamp } from '@traffic-tacos/contracts/google/protobuf/timestamp';
import type { Money, PageInfo, Pagination } from '@traffic-tacos/contracts/proto/common/v1/types';
import { amountMinor, epochMs, isCurrencyCode, parseId, type AmountMinor, type CurrencyCode, type EpochMs, type Id } from '@traffic-tacos/kernel';
import type { PageQuery } from '../../ports/call.ts';
import { UnexpectedAnswer } from './upstream-refusals.ts';

/** An instant that an answer must have. */
export function instantOf(timestamp: Timestamp | undefined): EpochMs {
  const instant = optionalInstant(timestamp);
  if (instant === undefined) throw new UnexpectedAnswer('an answer without an instant');
  return instant;
}

export function optionalInstant(timestamp: Timestamp | undefined): EpochMs | undefined {
  const instant = timestamp === undefined ? undefined : epochMsOf(timestamp);
  return instant === undefined ? undefined : epochMs(instant);
}

export function idOf<Prefix extends string>(prefix: Prefix, text: string): Id<Prefix> {
  if (parseId(prefix, text) === undefined) throw new UnexpectedAnswer(`${text} where an id is to be: ${prefix}`);
  return text as Id<Prefix>;
}

export const amountOf = (money: Money | undefined): AmountMinor => amountMinor(money?.amount ?? 0);

export function currencyOf(text: string | undefined): CurrencyCode {
  if (text === undefined || !isCurrencyCode(text)) throw new UnexpectedAnswer(`an amount in ${text ?? 'no currency'}`);
  return text;
}

/** Whether the text is one of the words; a version that knows more of them answers what this one cannot pass on. */
export function wordOf<Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((known) => known === text);
  if (word === undefined) throw new UnexpectedAnswer(`the word ${text}`);
  return word;
}

export interface EnumWords<Word extends string> {
  wordOf(value: number): Word;
  valueOf(word: Word): number;
}

/** The words of an enum without the prefix that all its values share. */
export function enumWords<Word extends string>(values: Readonly<Record<string, number>>, prefix: string, words: readonly Word[]): EnumWords<Word> {
  const byValue = new Map(words.map((word) => [values[prefix + word], word]));
  return {
    wordOf: (value) => {
      const word = byValue.get(value);
      if (word === undefined) throw new UnexpectedAnswer(`${prefix}${value}`);
      return word;
    },
    valueOf: (word) => values[prefix + word] ?? 0,
  };
}

export const paginationOf = ({ after, limit }: Pick<PageQuery, 'after' | 'limit'>): Pagination => ({ page: 0, pageSize: limit, cursor: after ?? '' });

export const nextOf = (pageInfo: PageInfo | undefined): string | undefined => (pageInfo?.hasNextPage === true ? pageInfo.nextCursor : undefined);

/** What a message leaves out is empty in it. */
export const given = (text: string): string | undefined => (text === '' ? undefined : text);
