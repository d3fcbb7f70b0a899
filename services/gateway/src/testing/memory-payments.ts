import { amountMinor, epochMs, type EpochMs, type PaymentIntentId } from '@traffic-tacos/kernel';
import type { Refusal } from '@traffic-tacos/kit';
import type {
  CreatePaymentIntent,
  CreatePaymentIntentAnswer,
  PaymentFacts,
  PaymentScenario,
  Payments,
  ProcessPayment,
  ProcessPaymentAnswer,
} from '../ports/payments.ts';
import type { ReservationFacts } from '../ports/reservations.ts';
import type { BoxOffice, PaymentRow } from './box-office.ts';

const APPROVE_MS = 200;
const FAIL_MS = 100;
const LATE_APPROVE_MS = 3_000;
const INTENT_TTL_MS = 900_000;

/** `Payments` in memory, for tests. `RANDOM` approves: a test that wants a failure asks for one. */
export class MemoryPayments implements Payments {
  readonly #office: BoxOffice;

  constructor(office: BoxOffice) {
    this.#office = office;
  }

  createIntent(command: CreatePaymentIntent): Promise<CreatePaymentIntentAnswer> {
    const { reservationId, currency, scenario, method } = command;
    const content = [command.amountMinor, currency, scenario, method];
    return Promise.resolve(this.#office.once(command, ['intent', reservationId], content, () => this.#create(command)));
  }

  process(command: ProcessPayment): Promise<ProcessPaymentAnswer> {
    return Promise.resolve(this.#office.once(command, ['process', command.paymentIntentId], '', () => this.#process(command)));
  }

  read(paymentIntentId: PaymentIntentId, userId: string): Promise<PaymentFacts | undefined> {
    return Promise.resolve(this.#office.paymentOf(paymentIntentId, userId));
  }

  list({ userId, status, limit }: Parameters<Payments['list']>[0]): ReturnType<Payments['list']> {
    const own = [...this.#office.payments.keys()].flatMap((id) => this.#office.paymentOf(id, userId) ?? []);
    return Promise.resolve(own.filter((payment) => payment.status === status).toReversed().slice(0, limit));
  }

  #create(command: CreatePaymentIntent): CreatePaymentIntentAnswer {
    const booking = this.#office.bookingOf(command.reservationId, command.userId);
    if (booking === undefined) return { refused: 'RESERVATION_NOT_FOUND' };
    const refusal = refusalToPay(booking.facts, command);
    if (refusal !== undefined) return refusal;
    const nowMs = this.#office.clock.nowMs();
    const facts: PaymentFacts = {
      paymentIntentId: this.#office.id('pay'),
      reservationId: command.reservationId,
      status: 'PENDING',
      amountMinor: booking.facts.totalAmountMinor,
      currency: booking.facts.currency,
      refundedAmountMinor: amountMinor(0),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      expiresAtMs: epochMs(nowMs + INTENT_TTL_MS),
      processedAtMs: undefined,
    };
    this.#office.payments.set(facts.paymentIntentId, { facts, userId: command.userId, result: resultOf(command.scenario, nowMs) });
    return { kind: 'created', payment: facts, replayed: false };
  }

  /** Only marks the intent: when its result comes was settled at its creation. */
  #process({ paymentIntentId, userId }: ProcessPayment): ProcessPaymentAnswer {
    const payment = this.#office.paymentOf(paymentIntentId, userId);
    const row = this.#office.payments.get(paymentIntentId);
    if (payment === undefined || row === undefined) return { refused: 'PAYMENT_NOT_FOUND' };
    const shown: PaymentFacts = payment.status === 'PENDING' ? { ...payment, status: 'PROCESSING' } : payment;
    this.#office.payments.set(paymentIntentId, { ...row, facts: shown });
    return { kind: 'processed', payment: shown, replayed: false };
  }
}

function refusalToPay(facts: ReservationFacts, { amountMinor: offered, currency }: CreatePaymentIntent): Refusal | undefined {
  if (offered !== facts.totalAmountMinor) return { refused: 'INVALID_REQUEST', details: [{ field: 'amount', reason: 'is not the total' }] };
  if (currency !== facts.currency) return { refused: 'INVALID_REQUEST', details: [{ field: 'currency', reason: 'is not that of the total' }] };
  switch (facts.status) {
    case 'HOLD':
      return undefined;
    case 'CANCELLED':
      return { refused: 'RESERVATION_ALREADY_CANCELLED' };
    case 'CONFIRMED':
    case 'REFUNDED':
      return { refused: 'RESERVATION_ALREADY_CONFIRMED' };
    case 'EXPIRED':
    case 'FAILED':
      return { refused: 'RESERVATION_EXPIRED' };
  }
}

function resultOf(scenario: PaymentScenario, nowMs: EpochMs): PaymentRow['result'] {
  switch (scenario) {
    case 'APPROVE':
    case 'RANDOM':
      return { atMs: epochMs(nowMs + APPROVE_MS), status: 'COMPLETED' };
    case 'DELAY':
      return { atMs: epochMs(nowMs + LATE_APPROVE_MS), status: 'COMPLETED' };
    case 'FAIL':
      return { atMs: epochMs(nowMs + FAIL_MS), status: 'FAILED' };
    case 'TIMEOUT':
      return undefined;
  }
}
