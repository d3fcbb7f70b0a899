import type { Money } from '@traffic-tacos/contracts/proto/common/v1/types';
import { isCurrencyCode } from '@traffic-tacos/kernel';
import type { Detail, Refusal } from '@traffic-tacos/kit';

/** Everything that is wrong with an amount that must be there. More than 2^53 - 1 is no message. */
export function checkMoney(field: string, money: Money | undefined, leastMinor: number): readonly Detail[] {
  if (money === undefined) return [{ field, reason: 'is required' }];
  const problems: Detail[] = [];
  if (money.amount < leastMinor) problems.push({ field: `${field}.amount`, reason: `must be at least ${leastMinor}` });
  if (!isCurrencyCode(money.currency)) problems.push({ field: `${field}.currency`, reason: 'must be three capital letters' });
  return problems;
}

/** A refund's amount and currency are fields of their own on REST; here they are parts of `refund_amount`. */
export function inRefundAmount(refusal: Refusal): Refusal {
  const details = refusal.details?.map(({ field, reason }) => ({ field: PARTS.has(field) ? `refundAmount.${field}` : field, reason }));
  return details === undefined ? refusal : { ...refusal, details };
}

const PARTS: ReadonlySet<string> = new Set(['amount', 'currency']);
