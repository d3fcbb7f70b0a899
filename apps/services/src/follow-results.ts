import { WorkerService } from '@traffic-tacos/contracts';
import { PaymentResultType, ProcessingStatus, ProcessPaymentResultRequest, type ProcessPaymentResultResponse } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { Unavailable, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel, type Logger } from '@traffic-tacos/kit';
import type { Intent, IntentStatus, PaymentResults } from '@traffic-tacos/payment';
import type { Scheduler } from '@traffic-tacos/reservation';

/** I3 gives a payment 5 s: a result that was not answered is sent again well within them. */
const REPEAT_AFTER_MS = 1_000;
/** Results sent at one time; the others wait for those. */
const AT_ONCE = 64;

/** Tells the reservation service in its process what payments came to, until it has answered. */
export interface ResultFollower {
  readonly results: PaymentResults;
  /** Sends every result that there is once more, the newest first: which of them were answered before is not kept. Called once, after recovery. */
  catchUp(intents: Iterable<Intent>): void;
  /** Results that have not been answered yet. */
  readonly unanswered: number;
  /** Resolves when nothing is under way any more; what was not answered is sent at the next start. */
  stop(): Promise<void>;
}

interface Result {
  readonly intentId: PaymentIntentId;
  readonly reservationId: ReservationId;
  readonly traceId: string;
  readonly type: PaymentResultType;
}

export interface FollowerDeps {
  readonly channel: GrpcChannel;
  /** What an intent has come to by now, from memory. */
  readonly statusOf: (id: PaymentIntentId) => IntentStatus | undefined;
  readonly timers: Scheduler;
  readonly logger: Logger;
}

const { PAYMENT_RESULT_TYPE_APPROVED: APPROVED, PAYMENT_RESULT_TYPE_FAILED: FAILED, PAYMENT_RESULT_TYPE_REFUNDED: REFUNDED } = PaymentResultType;

/** What is to be told of an intent in each state; nothing of the others. */
const RESULTS: Readonly<Partial<Record<IntentStatus, PaymentResultType>>> = { COMPLETED: APPROVED, FAILED, REFUNDED };

export function followResults({ channel, statusOf, timers, logger }: FollowerDeps): ResultFollower {
  const client = createUnaryClient(channel, WorkerService, { idempotent: ['processPaymentResult'] });
  let waiting: Result[] = [];
  let sent = 0;
  const underWay = new Set<Promise<void>>();
  const later = new Set<Result>();
  let callOff: (() => void) | undefined;
  let isStopped = false;

  const pump = (): void => {
    while (!isStopped && underWay.size < AT_ONCE) {
      const result = next();
      if (result === undefined) return;
      const run = send(result).finally(() => {
        underWay.delete(run);
        pump();
      });
      underWay.add(run);
    }
  };
  const next = (): Result | undefined => {
    if (sent < waiting.length) return waiting[sent++];
    waiting = [];
    sent = 0;
    return undefined;
  };
  const send = async (result: Result): Promise<void> => {
    try {
      const answer = await client.processPaymentResult(requestOf(result), { traceId: result.traceId });
      if (answer.kind === 'refused') return refused(result, answer.refusal.status, answer.refusal.message);
      if (isToBeSentAgain(answer.response, statusOf(result.intentId))) repeatLater(result);
      else if (answer.response.error !== undefined) logger.error({ trace_id: result.traceId, code: answer.response.error.code }, 'a payment was made for what is not there');
    } catch (err) {
      if (!(err instanceof Unavailable)) throw err;
      logger.warn({ trace_id: result.traceId, err }, 'the result of a payment could not be followed up yet');
      repeatLater(result);
    }
  };
  /** Such as a credential that is not taken: the money waits, so this does not give up. */
  const refused = (result: Result, status: string, message: string): void => {
    logger.error({ trace_id: result.traceId, grpc_status: status, reason: message }, 'the result of a payment was refused');
    repeatLater(result);
  };
  const repeatLater = (result: Result): void => {
    later.add(result);
    if (isStopped) return;
    callOff ??= timers.after(REPEAT_AFTER_MS, () => {
      callOff = undefined;
      waiting.push(...later);
      later.clear();
      pump();
    });
  };
  const tell = (result: Result): void => {
    waiting.push(result);
    pump();
  };

  return {
    results: {
      approved: (fact) => tell({ ...fact, type: APPROVED }),
      failed: (fact) => tell({ ...fact, type: FAILED }),
      refunded: (fact) => tell({ ...fact, type: REFUNDED }),
    },
    catchUp: (intents) => {
      const results: Result[] = [];
      for (const { id, status, reservationId, traceId } of intents) {
        const type = RESULTS[status];
        if (type !== undefined) results.push({ intentId: id, reservationId, traceId, type });
      }
      for (const result of results.sort((a, b) => (a.intentId < b.intentId ? 1 : -1))) waiting.push(result);
      pump();
    },
    get unanswered() {
      return Math.max(0, waiting.length - sent) + underWay.size + later.size;
    },
    stop: async () => {
      isStopped = true;
      callOff?.();
      await Promise.all(underWay);
    },
  };
}

const requestOf = ({ intentId, reservationId, traceId, type }: Result): ProcessPaymentResultRequest =>
  ProcessPaymentResultRequest.create({ paymentIntentId: intentId, reservationId, resultType: type, correlationId: traceId });

/** Money that is on its way back has arrived when the intent says so; a crash in between must not leave it on the way. */
function isToBeSentAgain({ status, nextAction }: ProcessPaymentResultResponse, now: IntentStatus | undefined): boolean {
  if (status === ProcessingStatus.PROCESSING_STATUS_RETRY) return true;
  return nextAction === 'refund' && now === 'COMPLETED';
}
