import { amountMinor, type AmountMinor, type Count } from './units.ts';

/** An ISO-4217 code: three capital letters. */
export type CurrencyCode = string & { readonly __currency: true };

/** An amount in the minor unit of its currency. */
export interface Money {
  readonly amountMinor: AmountMinor;
  readonly currency: CurrencyCode;
}

const CURRENCY = /^[A-Z]{3}$/;

/** Whether the text has the shape of an ISO-4217 code. The list of codes in use changes by the year, so it is not fixed here. */
export const isCurrencyCode = (text: string): text is CurrencyCode => CURRENCY.test(text);

/** `price` times `quantity`. Throws `InvariantBreach` past 2^53 - 1, which the catalogue's limits rule out. */
export const timesQuantity = (price: AmountMinor, quantity: Count): AmountMinor => amountMinor(price * quantity);

/** Whether two amounts are the same money: equal amount and equal currency. */
export const sameMoney = (a: Money, b: Money): boolean => a.amountMinor === b.amountMinor && a.currency === b.currency;
