import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { WorkerService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { ErrorCode } from '@traffic-tacos/contracts/proto/common/v1/errors';
import { PaymentResultType, ProcessingStatus, ProcessPaymentResultResponse } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { epochMs, newId, SeededRandom, type PaymentIntentId } from '@traffic-tacos/kernel';
import { createLogger, UpstreamFailure, type GrpcChannel, type UpstreamAnswer } from '@traffic-tacos/kit';
import type { Intent, IntentStatus } from '@traffic-tacos/payment';
import { followResults, type ResultFollower } from '../src/follow-results.ts';

type Request = RequestOf<typeof WorkerService.processPaymentResult>;
type Response = ResponseOf<typeof WorkerService.processPaymentResult>;
type Answer = UpstreamAnswer<Response>;

const random = new SeededRandom(3);
const idOf = <Prefix extends string>(prefix: Prefix, atMs: number) => newId(prefix, epochMs(atMs), 0, random);
const LOGGER = createLogger({ service: 'test', level: 'silent', destination: 1 });
const answered = (fields: Partial<Response>): Answer => ({ kind: 'answered', response: ProcessPaymentResultResponse.create(fields) });
const DONE = answered({ status: ProcessingStatus.PROCESSING_STATUS_SUCCESS, nextAction: 'none' });
const AWAY = new UpstreamFailure('reservation', 'unreachable', 'SERVICE_UNAVAILABLE');

/** A follower whose calls are answered from a list, with a timer that the test runs. `marks` is what was answered before. */
function following(answers: (Answer | Error)[], statusOf: (id: PaymentIntentId) => IntentStatus = () => 'COMPLETED', marks = new Map<PaymentIntentId, IntentStatus>()) {
  const sent: Request[] = [];
  const timers = new Set<() => void>();
  const call = async (_method: unknown, request: Request): Promise<Answer> => {
    sent.push(request);
    await setImmediate();
    const answer = answers.shift() ?? DONE;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const channel = { call, breakerState: 'closed', close: () => undefined } as GrpcChannel;
  const follower = followResults({
    channel, statusOf, logger: LOGGER, answered: { statusOf: (id) => marks.get(id), mark: (id, status) => void marks.set(id, status) },
    timers: {
      after: (_delayMs, run) => {
        timers.add(run);
        return () => timers.delete(run);
      },
    },
  });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await setImmediate();
  };
  const passASecond = async (): Promise<void> => {
    for (const run of [...timers]) {
      timers.delete(run);
      run();
    }
    await settle();
  };
  return { follower, sent, settle, passASecond, marks };
}

const fact = (): Parameters<ResultFollower['results']['approved']>[0] =>
  ({ intentId: idOf('pay', 1_000), reservationId: idOf('rsv', 1_000), traceId: 'a'.repeat(32), type: 'payment.approved' }) as Parameters<ResultFollower['results']['approved']>[0];

test('I3: a result that nobody answers is sent again every second until somebody does, and then no more', async () => {
  const { follower, sent, settle, passASecond } = following([AWAY, AWAY, DONE]);
  follower.results.approved(fact());
  await settle();
  assert.deepEqual([sent.length, follower.unanswered], [1, 1]);
  await passASecond();
  await passASecond();
  assert.deepEqual([sent.length, follower.unanswered], [3, 0]);
  await passASecond();
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map(({ paymentIntentId }) => paymentIntentId)).size, 1);
});

test('I3: money on its way back is asked after until the payment is refunded, whatever the other side has answered', async () => {
  const refunding = answered({ status: ProcessingStatus.PROCESSING_STATUS_SUCCESS, nextAction: 'refund' });
  let status: IntentStatus = 'COMPLETED';
  const { follower, settle, passASecond } = following([refunding, refunding, refunding], () => status);
  follower.results.approved(fact());
  await settle();
  assert.equal(follower.unanswered, 1);
  await passASecond();
  assert.equal(follower.unanswered, 1);
  status = 'REFUNDED';
  await passASecond();
  assert.equal(follower.unanswered, 0);
});

test('a refused call and a worker that asks for it are repeated; a reservation that is not there is not', async () => {
  const refused: Answer = { kind: 'refused', refusal: { status: 'UNAUTHENTICATED', reason: 'UNAUTHENTICATED', message: '', details: [] } };
  const missing = answered({ error: { code: ErrorCode.ERROR_CODE_NOT_FOUND, message: '', traceId: '', details: [] } });
  const { follower, sent, settle, passASecond } = following([refused, answered({ status: ProcessingStatus.PROCESSING_STATUS_RETRY }), missing]);
  follower.results.refunded(fact());
  await settle();
  await passASecond();
  await passASecond();
  assert.deepEqual([sent.length, follower.unanswered], [3, 0]);
});

const settled = (count: number): readonly Intent[] =>
  Array.from({ length: count }, (_, i) => ({ id: idOf('pay', 1_000 + i), reservationId: idOf('rsv', 1_000), traceId: 'a'.repeat(32), status: 'COMPLETED' }) as Intent);

test('I3: after a start only what was not answered is sent, whatever number of payments was settled', async () => {
  const intents = settled(5_000);
  const missed = new Set([7, 2_500, 4_999].map((i) => intents[i]?.id));
  const marks = new Map(intents.filter(({ id }) => !missed.has(id)).map(({ id, status }) => [id, status]));
  const { follower, sent, settle } = following([], () => 'COMPLETED', marks);
  follower.catchUp(intents);
  await settle();
  assert.deepEqual(new Set(sent.map(({ paymentIntentId }) => paymentIntentId)), missed);
  const again = following([], () => 'COMPLETED', marks);
  again.follower.catchUp(intents);
  await again.settle();
  assert.equal(again.sent.length, 0, 'and what was answered since is not sent by the start after that');
});

test('I3: a refund is told although the approval was answered; a part that went back is no answer to the approval, which is told once more where nothing says that it was heard', async () => {
  const [intent = assert.fail()] = settled(1);
  const refunded = following([], () => 'REFUNDED', new Map([[intent.id, 'COMPLETED']]));
  refunded.follower.catchUp([{ ...intent, status: 'REFUNDED' }]);
  await refunded.settle();
  assert.deepEqual([refunded.sent.length, refunded.marks.get(intent.id)], [1, 'REFUNDED']);
  const { PAYMENT_RESULT_TYPE_REFUNDED: REFUNDED, PAYMENT_RESULT_TYPE_APPROVED: APPROVED } = PaymentResultType;
  const cases: readonly (readonly [ReadonlyMap<PaymentIntentId, IntentStatus>, readonly PaymentResultType[]])[] = [[new Map([[intent.id, 'COMPLETED']]), [REFUNDED]], [new Map(), [REFUNDED, APPROVED]]];
  for (const [before, told] of cases) {
    const part = following([], () => 'COMPLETED', new Map(before));
    part.follower.results.refunded({ ...fact(), intentId: intent.id, type: 'payment.refunded', status: 'COMPLETED' });
    await part.settle();
    assert.deepEqual([part.sent.map(({ resultType }) => resultType), part.marks.get(intent.id)], [told, 'COMPLETED']);
  }
});

test('what is still to be repeated is not marked: a start before its answer sends it again', async () => {
  const refunding = answered({ status: ProcessingStatus.PROCESSING_STATUS_SUCCESS, nextAction: 'refund' });
  for (const answer of [AWAY, refunding, answered({ status: ProcessingStatus.PROCESSING_STATUS_RETRY })]) {
    const { follower, settle, marks } = following([answer]);
    follower.results.approved(fact());
    await settle();
    assert.equal(marks.size, 0);
  }
});

test('after a start without marks every result is sent, the newest payment first, and nothing of payments without one', async () => {
  const statuses: readonly IntentStatus[] = ['COMPLETED', 'PENDING', 'FAILED', 'REFUNDED', 'EXPIRED'];
  const intents = statuses.map((status, i) => ({ id: idOf('pay', 1_000 + i * 1_000), reservationId: idOf('rsv', 1_000), traceId: 'a'.repeat(32), status }) as Intent);
  const { follower, sent, settle } = following([]);
  follower.catchUp(intents);
  await settle();
  const { PAYMENT_RESULT_TYPE_REFUNDED: refunded, PAYMENT_RESULT_TYPE_FAILED: failed, PAYMENT_RESULT_TYPE_APPROVED: approved } = PaymentResultType;
  assert.deepEqual(sent.map(({ resultType }) => resultType), [refunded, failed, approved]);
  assert.equal(follower.unanswered, 0);
});

test('no more than 64 results are on their way at one time, and all of thousands arrive', async () => {
  const { follower, sent, settle } = following([]);
  for (let i = 0; i < 1_000; i++) follower.results.approved(fact());
  assert.equal(sent.length, 64);
  while (follower.unanswered > 0) await settle();
  assert.equal(sent.length, 1_000);
});
