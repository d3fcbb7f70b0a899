import { WorkerService } from '@traffic-tacos/contracts';
import { PaymentResultType, ProcessingStatus, ProcessPaymentResultRequest, type ProcessPaymentResultResponse } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { Unavailable, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel, type Logger, type UnaryClient, type UpstreamRefusal } from '@traffic-tacos/kit';
import type { Intent, IntentStatus, PaymentResults } from '@traffic-tacos/payment';
import type { Scheduler } from '@traffic-tacos/reservation';

/** I3 gives a payment 5 s: a result that was not answered is sent again well within them. */
const REPEAT_AFTER_MS = 1_000;
/** Results sent at one time; the others wait for those. */
const AT_ONCE = 64;

/** Tells the reservation service in its process what payments came to, until it has answered. */
export interface ResultFollower {
  readonly results: PaymentResults;
  /** Sends every result again that was not answered before, the newest first. Called once, after recovery. */
  catchUp(intents: Iterable<Intent>): void;
  /** Results that have not been answered yet. */
  readonly unanswered: number;
  /** Resolves when nothing is under way any more; what was not answered is sent at the next start. */
  stop(): Promise<void>;
}

/** Which results were answered, over restarts too. A mark that is lost has its result sent once more. */
export interface AnsweredResults {
  statusOf(id: PaymentIntentId): IntentStatus | undefined;
  mark(id: PaymentIntentId, status: IntentStatus): void;
}

interface Result {
  readonly intentId: PaymentIntentId;
  readonly reservationId: ReservationId;
  readonly traceId: string;
  /** What the intent had come to. */
  readonly status: IntentStatus;
  readonly type: PaymentResultType;
}

export interface FollowerDeps {
  readonly channel: GrpcChannel;
  /** What an intent has come to by now, from memory. */
  readonly statusOf: (id: PaymentIntentId) => IntentStatus | undefined;
  readonly answered: AnsweredResults;
  readonly timers: Scheduler;
  readonly logger: Logger;
}

const { PAYMENT_RESULT_TYPE_APPROVED: APPROVED, PAYMENT_RESULT_TYPE_FAILED: FAILED, PAYMENT_RESULT_TYPE_REFUNDED: REFUNDED } = PaymentResultType;

/** What is to be told of an intent in each state; nothing of the others. */
const RESULTS: Readonly<Partial<Record<IntentStatus, PaymentResultType>>> = { COMPLETED: APPROVED, FAILED, REFUNDED };

/** Whether nothing of an intent is left to be told. */
export const isAnswered = ({ id, status }: Pick<Intent, 'id' | 'status'>, answered: Pick<AnsweredResults, 'statusOf'>): boolean => RESULTS[status] === undefined || answered.statusOf(id) === status;

export const followResults = (deps: FollowerDeps): ResultFollower => new Follower(deps);

class Follower implements ResultFollower {
  readonly #deps: FollowerDeps;
  readonly #client: UnaryClient<typeof WorkerService>;
  readonly #underWay = new Set<Promise<void>>();
  readonly #later = new Set<Result>();
  #waiting: Result[] = [];
  #taken = 0;
  #callOff: (() => void) | undefined;
  #isStopped = false;

  constructor(deps: FollowerDeps) {
    this.#deps = deps;
    this.#client = createUnaryClient(deps.channel, WorkerService, { idempotent: ['processPaymentResult'] });
  }

  readonly results: PaymentResults = {
    approved: (fact) => this.#tell({ ...fact, status: 'COMPLETED', type: APPROVED }),
    failed: (fact) => this.#tell({ ...fact, status: 'FAILED', type: FAILED }),
    refunded: (fact) => this.#tell({ ...fact, type: REFUNDED }),
  };

  get unanswered(): number {
    return this.#waiting.length - this.#taken + this.#underWay.size + this.#later.size;
  }

  catchUp(intents: Iterable<Intent>): void {
    const results: Result[] = [];
    for (const intent of intents) {
      const { id, status, reservationId, traceId } = intent;
      const type = RESULTS[status];
      if (type !== undefined && !isAnswered(intent, this.#deps.answered)) results.push({ intentId: id, reservationId, traceId, status, type });
    }
    for (const result of results.sort((a, b) => (a.intentId < b.intentId ? 1 : -1))) this.#waiting.push(result);
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOff?.();
    await Promise.all(this.#underWay);
  }

  #tell({ intentId, reservationId, traceId, status, type }: Result): void {
    this.#waiting.push({ intentId, reservationId, traceId, status, type });
    this.#pump();
  }

  #pump(): void {
    while (!this.#isStopped && this.#underWay.size < AT_ONCE) {
      const result = this.#take();
      if (result === undefined) return;
      const run = this.#send(result).finally(() => {
        this.#underWay.delete(run);
        this.#pump();
      });
      this.#underWay.add(run);
    }
  }

  #take(): Result | undefined {
    const result = this.#waiting[this.#taken];
    this.#taken++;
    if (result !== undefined) return result;
    this.#waiting = [];
    this.#taken = 0;
    return undefined;
  }

  async #send(result: Result): Promise<void> {
    const { statusOf, answered, logger } = this.#deps;
    const { traceId, intentId } = result;
    try {
      const answer = await this.#client.processPaymentResult(requestOf(result), { traceId });
      if (answer.kind === 'refused') return this.#refused(result, answer.refusal);
      if (isToBeSentAgain(answer.response, statusOf(intentId))) return this.#repeatLater(result);
      if (answer.response.error !== undefined) logger.error({ trace_id: traceId, code: answer.response.error.code }, 'a payment was made for what is not there');
      if (RESULTS[result.status] === result.type) answered.mark(intentId, result.status);
      else this.#makeSureOfApproval(result);
    } catch (err) {
      if (!(err instanceof Unavailable)) throw err;
      logger.warn({ trace_id: traceId, err }, 'the result of a payment could not be followed up yet');
      this.#repeatLater(result);
    }
  }

  /**
   * A part that went back says nothing of whether the approval before it was heard. Where no mark says that it was, as of a payment that has come back from the
   * history, it is told once more: without a mark the payment would stay in memory for good.
   */
  #makeSureOfApproval(result: Result): void {
    const type = RESULTS[result.status];
    if (type !== undefined && this.#deps.answered.statusOf(result.intentId) === undefined) this.#tell({ ...result, type });
  }

  /** Such as a credential that is not taken: money waits, so this does not give up. */
  #refused(result: Result, { status, message }: UpstreamRefusal): void {
    this.#deps.logger.error({ trace_id: result.traceId, grpc_status: status, reason: message }, 'the result of a payment was refused');
    this.#repeatLater(result);
  }

  #repeatLater(result: Result): void {
    this.#later.add(result);
    if (this.#isStopped) return;
    this.#callOff ??= this.#deps.timers.after(REPEAT_AFTER_MS, () => {
      this.#callOff = undefined;
      for (const again of this.#later) this.#waiting.push(again);
      this.#later.clear();
      this.#pump();
    });
  }
}

const requestOf = ({ intentId, reservationId, traceId, type }: Result): ProcessPaymentResultRequest =>
  ProcessPaymentResultRequest.create({ paymentIntentId: intentId, reservationId, resultType: type, correlationId: traceId });

/** Money that is on its way back has arrived when the intent says so; a crash in between must not leave it on the way. */
function isToBeSentAgain({ status, nextAction }: ProcessPaymentResultResponse, now: IntentStatus | undefined): boolean {
  if (status === ProcessingStatus.PROCESSING_STATUS_RETRY) return true;
  return nextAction === 'refund' && now === 'COMPLETED';
}
