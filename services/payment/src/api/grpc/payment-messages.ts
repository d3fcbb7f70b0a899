import { timestampOf } from '@traffic-tacos/contracts';
import {
  PaymentMethod as WireMethod,
  PaymentScenario as WireScenario,
  PaymentStatus as WireStatus,
  type Payment,
  type PaymentResult,
} from '@traffic-tacos/contracts/proto/payment/v1/payment';
import type { EpochMs } from '@traffic-tacos/kernel';
import { processedAtMs, type Intent, type PaymentMethod } from '../../domain/intent.ts';
import type { IntentStatus } from '../../domain/intent-states.ts';
import type { Scenario } from '../../domain/scenario.ts';

export const WIRE_STATUS: Readonly<Record<IntentStatus, WireStatus>> = {
  PENDING: WireStatus.PAYMENT_STATUS_PENDING,
  PROCESSING: WireStatus.PAYMENT_STATUS_PROCESSING,
  COMPLETED: WireStatus.PAYMENT_STATUS_COMPLETED,
  FAILED: WireStatus.PAYMENT_STATUS_FAILED,
  CANCELLED: WireStatus.PAYMENT_STATUS_CANCELLED,
  REFUNDED: WireStatus.PAYMENT_STATUS_REFUNDED,
  EXPIRED: WireStatus.PAYMENT_STATUS_EXPIRED,
};

const WIRE_METHOD: Readonly<Record<PaymentMethod, WireMethod>> = {
  CREDIT_CARD: WireMethod.PAYMENT_METHOD_CREDIT_CARD,
  DEBIT_CARD: WireMethod.PAYMENT_METHOD_DEBIT_CARD,
  BANK_TRANSFER: WireMethod.PAYMENT_METHOD_BANK_TRANSFER,
  MOBILE_PAY: WireMethod.PAYMENT_METHOD_MOBILE_PAY,
  DIGITAL_WALLET: WireMethod.PAYMENT_METHOD_DIGITAL_WALLET,
};

const WIRE_SCENARIO: Readonly<Record<Scenario, WireScenario>> = {
  APPROVE: WireScenario.PAYMENT_SCENARIO_APPROVE,
  FAIL: WireScenario.PAYMENT_SCENARIO_FAIL,
  DELAY: WireScenario.PAYMENT_SCENARIO_DELAY,
  RANDOM: WireScenario.PAYMENT_SCENARIO_RANDOM,
  TIMEOUT: WireScenario.PAYMENT_SCENARIO_TIMEOUT,
};

export const STATUS_OF_WIRE = wordsByNumber(WIRE_STATUS);
export const METHOD_OF_WIRE = wordsByNumber(WIRE_METHOD);
export const SCENARIO_OF_WIRE = wordsByNumber(WIRE_SCENARIO);

/** A number that means nothing here is not among them, and neither is 0, which says nothing. */
function wordsByNumber<Word extends string>(numbers: Readonly<Record<Word, number>>): ReadonlyMap<number, Word> {
  return new Map((Object.keys(numbers) as Word[]).map((word) => [numbers[word], word]));
}

/** An intent as it is shown: what it was when it was read, or when its key was used. */
export const paymentMessage = (intent: Intent): Payment => ({
  paymentIntentId: intent.id,
  paymentId: intent.id,
  reservationId: intent.reservationId,
  userId: intent.userId,
  status: WIRE_STATUS[intent.status],
  amount: { amount: intent.amountMinor, currency: intent.currency },
  method: intent.method === undefined ? WireMethod.PAYMENT_METHOD_UNSPECIFIED : WIRE_METHOD[intent.method],
  createdAt: timestampOf(intent.createdAtMs),
  updatedAt: timestampOf(intent.changedAtMs),
  ...resultFields(intent),
  // Nothing of what a client said of itself is kept, but the scenario is what the payment follows.
  metadata: { source: '', userAgent: '', ipAddress: '', sessionId: '', scenario: WIRE_SCENARIO[intent.scenario], tags: new Map() },
  expiresAt: timestampOf(intent.expiresAtMs),
  refundedAmount: intent.refundedMinor === 0 ? undefined : { amount: intent.refundedMinor, currency: intent.currency },
});

/** What the provider has decided, if it has. */
export function resultFields(intent: Intent): Pick<Payment, 'processedAt' | 'transactionId' | 'result'> {
  const atMs = processedAtMs(intent);
  if (atMs === undefined) return { processedAt: undefined, transactionId: '', result: undefined };
  return { processedAt: timestampOf(atMs), transactionId: transactionIdOf(intent), result: resultMessage(intent, atMs) };
}

const DECLINED_CODE = 1;

function resultMessage({ status }: Intent, atMs: EpochMs): PaymentResult {
  const success = status !== 'FAILED';
  return {
    success,
    failureReason: success ? '' : 'declined',
    gatewayResponse: success ? 'approved by the simulator' : 'declined by the simulator',
    responseCode: success ? 0 : DECLINED_CODE,
    processedAt: timestampOf(atMs),
  };
}

/** The simulated provider numbers its transactions like the intents that they settle. */
const transactionIdOf = ({ id }: Intent): string => `sim_${id.slice('pay_'.length)}`;
