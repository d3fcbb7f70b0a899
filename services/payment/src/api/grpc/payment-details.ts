import { PaymentMethod, type CreditCardDetails, type PaymentDetails } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { knownWord, type Detail } from '@traffic-tacos/kit';
import { isCardNumber } from '../../domain/card-number.ts';
import { METHOD_OF_WIRE } from './payment-messages.ts';

const CARDS: readonly number[] = [PaymentMethod.PAYMENT_METHOD_CREDIT_CARD, PaymentMethod.PAYMENT_METHOD_DEBIT_CARD];
const ACCOUNTS: readonly number[] = [PaymentMethod.PAYMENT_METHOD_BANK_TRANSFER];
const WALLETS: readonly number[] = [PaymentMethod.PAYMENT_METHOD_MOBILE_PAY, PaymentMethod.PAYMENT_METHOD_DIGITAL_WALLET];

/**
 * Everything that is wrong with how something is to be paid. No reason repeats a value, and nothing is kept. A payment settles without
 * such details as well; those that are there must make sense.
 */
export function checkPaymentDetails(details: PaymentDetails | undefined): readonly Detail[] {
  if (details === undefined) return [];
  const { method, creditCard, bankTransfer, mobilePay } = details;
  if (method === PaymentMethod.PAYMENT_METHOD_UNSPECIFIED) return checkCard(creditCard);
  const unknown = knownWord('paymentDetails.method', METHOD_OF_WIRE.get(method));
  if (unknown !== undefined) return [unknown];
  return [
    ...fits('paymentDetails.creditCard', creditCard, CARDS.includes(method)),
    ...fits('paymentDetails.bankTransfer', bankTransfer, ACCOUNTS.includes(method)),
    ...fits('paymentDetails.mobilePay', mobilePay, WALLETS.includes(method)),
    ...checkCard(creditCard),
  ];
}

const fits = (field: string, given: object | undefined, isOfMethod: boolean): readonly Detail[] =>
  given === undefined || isOfMethod ? [] : [{ field, reason: 'does not fit the method' }];

function checkCard(card: CreditCardDetails | undefined): readonly Detail[] {
  if (card === undefined) return [];
  const problems: Detail[] = [];
  const need = (holds: boolean, part: string, reason: string): void => {
    if (!holds) problems.push({ field: `paymentDetails.creditCard.${part}`, reason });
  };
  need(isCardNumber(card.cardNumber), 'cardNumber', 'is not the number of a card');
  need(card.expiryMonth === '' || /^(0[1-9]|1[0-2])$/.test(card.expiryMonth), 'expiryMonth', 'must be 01 to 12');
  need(card.expiryYear === '' || /^\d{4}$/.test(card.expiryYear), 'expiryYear', 'must be four digits');
  return problems;
}
