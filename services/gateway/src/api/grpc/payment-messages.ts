import { timestampOf } from '@traffic-tacos/contracts';
import { PaymentMethod as WireMethod, PaymentScenario as WireScenario, PaymentStatus as WireStatus, type Payment } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import type { PaymentFacts, PaymentMethod, PaymentScenario, PaymentStatus } from '../../ports/payments.ts';

export const WIRE_PAYMENT_STATUS: Readonly<Record<PaymentStatus, WireStatus>> = {
  PENDING: WireStatus.PAYMENT_STATUS_PENDING,
  PROCESSING: WireStatus.PAYMENT_STATUS_PROCESSING,
  COMPLETED: WireStatus.PAYMENT_STATUS_COMPLETED,
  FAILED: WireStatus.PAYMENT_STATUS_FAILED,
  CANCELLED: WireStatus.PAYMENT_STATUS_CANCELLED,
  EXPIRED: WireStatus.PAYMENT_STATUS_EXPIRED,
  REFUNDED: WireStatus.PAYMENT_STATUS_REFUNDED,
};

/** By the numbers of the contract; 0, which says nothing, is not among them. */
export const METHOD_OF_WIRE: ReadonlyMap<number, PaymentMethod> = new Map([
  [WireMethod.PAYMENT_METHOD_CREDIT_CARD, 'CREDIT_CARD'],
  [WireMethod.PAYMENT_METHOD_DEBIT_CARD, 'DEBIT_CARD'],
  [WireMethod.PAYMENT_METHOD_BANK_TRANSFER, 'BANK_TRANSFER'],
  [WireMethod.PAYMENT_METHOD_MOBILE_PAY, 'MOBILE_PAY'],
  [WireMethod.PAYMENT_METHOD_DIGITAL_WALLET, 'DIGITAL_WALLET'],
]);

export const SCENARIO_OF_WIRE: ReadonlyMap<number, PaymentScenario> = new Map([
  [WireScenario.PAYMENT_SCENARIO_APPROVE, 'APPROVE'],
  [WireScenario.PAYMENT_SCENARIO_FAIL, 'FAIL'],
  [WireScenario.PAYMENT_SCENARIO_DELAY, 'DELAY'],
  [WireScenario.PAYMENT_SCENARIO_RANDOM, 'RANDOM'],
  [WireScenario.PAYMENT_SCENARIO_TIMEOUT, 'TIMEOUT'],
]);

/** A payment as `payment.v1` has it, as far as the gateway knows it. */
export const paymentMessage = (facts: PaymentFacts, userId: string): Payment => ({
  paymentIntentId: facts.paymentIntentId,
  paymentId: facts.paymentIntentId,
  reservationId: facts.reservationId,
  userId,
  status: WIRE_PAYMENT_STATUS[facts.status],
  amount: { amount: facts.amountMinor, currency: facts.currency },
  method: WireMethod.PAYMENT_METHOD_UNSPECIFIED,
  createdAt: timestampOf(facts.createdAtMs),
  updatedAt: timestampOf(facts.updatedAtMs),
  processedAt: facts.processedAtMs === undefined ? undefined : timestampOf(facts.processedAtMs),
  transactionId: '',
  result: undefined,
  metadata: undefined,
  expiresAt: timestampOf(facts.expiresAtMs),
  refundedAmount: facts.refundedAmountMinor === 0 ? undefined : { amount: facts.refundedAmountMinor, currency: facts.currency },
});
