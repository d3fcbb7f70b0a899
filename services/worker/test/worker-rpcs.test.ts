import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { longNamedRpcs, readCallers, WorkerService, type RpcDefinition } from '@traffic-tacos/contracts';
import { CompensationActionType, CompensationType, JobInstanceStatus, PaymentResultType, ProcessingStatus, WorkerStatus } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { toldOf, withGrpcServer, type ToldCall } from '@traffic-tacos/kit/testing';
import { away, PAY, RSV, wakeUp, workerWorld, type WorkerWorld } from './worker-world.ts';

interface RpcWorld extends WorkerWorld {
  call<Request, Response>(method: RpcDefinition<Request, Response>, request: Partial<Request>, role?: string): Promise<ToldCall<Response>>;
}

async function behindGrpc(body: (world: RpcWorld) => Promise<void>, concurrency = 20): Promise<void> {
  const world = await workerWorld({ concurrency });
  await withGrpcServer({ services: world.worker.rpcs, authz: readCallers() }, async (running) => {
    const call: RpcWorld['call'] = async (method, request, role = 'service') => {
      const sent = { authorization: await running.bearer('payment', role) };
      return toldOf(await running.call(method, { ...method.requestDeserialize(Buffer.alloc(0)), ...request }, sent));
    };
    await body({ ...world, call });
  });
}

const RESULT = { reservationId: RSV, paymentIntentId: PAY, resultType: PaymentResultType.PAYMENT_RESULT_TYPE_APPROVED };
const { PROCESSING_STATUS_SUCCESS: SUCCESS, PROCESSING_STATUS_SKIPPED: SKIPPED, PROCESSING_STATUS_RETRY: RETRY } = ProcessingStatus;

describe('reservation.v1.WorkerService', () => {
  it('ProcessPaymentResult has the effect and says what it came to', () =>
    behindGrpc(async ({ call, effects }) => {
      effects.answer = () => ({ kind: 'done', orderId: 'ord_1', seatIds: ['A-1'] });
      const done = (await call(WorkerService.processPaymentResult, RESULT)).done();
      assert.deepEqual([done.status, done.orderId, done.nextAction, done.affectedSeats.map(({ id }) => id)], [SUCCESS, 'ord_1', 'none', ['A-1']]);
      assert.deepEqual(effects.asked, [`payment.approved ${PAY}`]);
      effects.answer = () => ({ kind: 'done', isRefunding: true });
      assert.equal((await call(WorkerService.processPaymentResult, RESULT)).done().nextAction, 'refund');
      effects.answer = () => ({ kind: 'nothing_to_do' });
      assert.equal((await call(WorkerService.processPaymentResult, RESULT)).done().status, SKIPPED);
      const timeout = { ...RESULT, resultType: PaymentResultType.PAYMENT_RESULT_TYPE_TIMEOUT };
      assert.equal((await call(WorkerService.processPaymentResult, timeout)).done().status, SKIPPED);
    }));

  it('asks for a call again where somebody was not there, and counts no attempt', () =>
    behindGrpc(async ({ call, effects, tables }) => {
      effects.answer = away;
      const { status, nextAction } = (await call(WorkerService.processPaymentResult, RESULT)).done();
      assert.deepEqual([status, nextAction], [RETRY, 'retry']);
      assert.equal((await call(WorkerService.processReservationExpiry, { reservationId: RSV })).done().status, RETRY);
      assert.equal((await call(WorkerService.processCompensation, { reservationId: RSV, compensationType: CompensationType.COMPENSATION_TYPE_RELEASE_SEATS })).done().status, RETRY);
      assert.equal(tables.messages.dead, 0);
    }));

  it('S10: ProcessReservationExpiry ends a hold that is due, and says what was released', () =>
    behindGrpc(async ({ call, effects }) => {
      effects.answer = () => ({ kind: 'done', seatIds: ['A-1', 'A-2'] });
      const { status, releasedSeats } = (await call(WorkerService.processReservationExpiry, { reservationId: RSV })).done();
      assert.deepEqual([status, releasedSeats.map(({ id }) => id)], [SUCCESS, ['A-1', 'A-2']]);
      effects.answer = () => ({ kind: 'nothing_to_do' });
      assert.equal((await call(WorkerService.processReservationExpiry, { reservationId: RSV })).done().status, SKIPPED);
    }));

  it('ProcessCompensation says what it did, and refuses what would take from somebody', () =>
    behindGrpc(async ({ call, effects }) => {
      const refund = { reservationId: RSV, compensationType: CompensationType.COMPENSATION_TYPE_REFUND_PAYMENT, context: new Map([['payment_intent_id', PAY]]) };
      const { actionsTaken } = (await call(WorkerService.processCompensation, refund)).done();
      assert.deepEqual(actionsTaken.map(({ actionType, success }) => [actionType, success]), [[CompensationActionType.COMPENSATION_ACTION_TYPE_PAYMENT_REFUND, true]]);
      effects.answer = () => ({ kind: 'must_not_be_undone', reason: 'it is paid for' });
      const refused = await call(WorkerService.processCompensation, refund);
      assert.equal(refused.verdict, 'error FAILED_PRECONDITION');
      // Whose it is, and not that the reservation is confirmed: that may be a hold.
      assert.deepEqual([refused.message, refused.reasons], ['This cannot be done here or now; see details.', ['it is paid for']]);
      assert.equal((await call(WorkerService.processCompensation, { ...refund, context: new Map() })).verdict, 'INVALID_ARGUMENT');
      assert.equal((await call(WorkerService.processCompensation, { reservationId: RSV })).verdict, 'INVALID_ARGUMENT');
    }));

  it('answers NOT_FOUND for what is not there, and lets in services only', () =>
    behindGrpc(async ({ call, effects }) => {
      for (const kind of ['reservation_not_found', 'payment_not_found'] as const) {
        effects.answer = () => ({ kind });
        assert.equal((await call(WorkerService.processPaymentResult, RESULT)).verdict, 'error NOT_FOUND');
      }
      assert.equal((await call(WorkerService.processReservationExpiry, { reservationId: 'x' })).verdict, 'error NOT_FOUND');
      assert.equal((await call(WorkerService.healthCheck, { workerInstanceId: 'another' })).verdict, 'error NOT_FOUND');
      assert.equal((await call(WorkerService.getJobStatus, { jobId: 'another' })).verdict, 'error NOT_FOUND');
      assert.equal((await call(WorkerService.healthCheck, {}, 'user')).verdict, 'PERMISSION_DENIED');
    }));

  it('HealthCheck and GetJobStatus tell what has really been done', () =>
    behindGrpc(async ({ call, effects, worker, send, pass, health }) => {
      assert.equal((await call(WorkerService.healthCheck, {})).done().lastProcessedAt, undefined);
      worker.start();
      await send(wakeUp('w1'));
      await send('{"id":"poison"}');
      await pass(31_000);
      effects.answer = away;
      await send(wakeUp('w2'));
      await pass(10);
      const checked = (await call(WorkerService.healthCheck, {})).done();
      assert.deepEqual([checked.status, checked.processedEventsCount, checked.failedEventsCount, checked.queueDepth], [WorkerStatus.WORKER_STATUS_HEALTHY, 1, 1, 1]);
      assert.notEqual(checked.lastProcessedAt, undefined);
      const { jobs, metrics } = (await call(longNamedRpcs(WorkerService).getJobStatus, {})).done();
      const told = jobs.map(({ jobId, status, eventsProcessed, eventsFailed }) => [jobId, status, eventsProcessed, eventsFailed]);
      const { JOB_INSTANCE_STATUS_PENDING: PENDING } = JobInstanceStatus;
      assert.deepEqual(told, [['worker:reservation.hold.due', PENDING, 1, 0], ['worker:unknown', PENDING, 0, 1]]);
      assert.deepEqual([metrics?.totalEventsPending, metrics?.totalEventsCompleted, metrics?.totalEventsFailed], [1, 1, 1]);
      const one = (await call(WorkerService.getJobStatus, { eventType: 'reservation.hold.due' })).done();
      assert.deepEqual([one.jobs.length, one.metrics?.totalEventsFailed], [1, 0]);
      health.setNotReady('inventory', 'has not answered');
      assert.equal((await call(WorkerService.healthCheck, {})).done().status, WorkerStatus.WORKER_STATUS_DEGRADED);
      await worker.stop();
    }));

  it('GetJobStatus counts as pending what waits in the queue, whatever is being done for callers beside it', () =>
    behindGrpc(async ({ call, effects, worker, send, pass, settle }) => {
      worker.start();
      effects.answer = away;
      await send(wakeUp('w1'));
      await pass(10);
      const { promise, resolve } = Promise.withResolvers<{ kind: 'done' }>();
      effects.answer = () => promise;
      await send(wakeUp('w2'));
      await pass(10);
      const asked = [1, 2, 3].map(() => call(WorkerService.processPaymentResult, RESULT));
      while (effects.asked.length < 5) await settle();
      const { metrics } = (await call(WorkerService.getJobStatus, {})).done();
      assert.deepEqual([metrics?.totalEventsPending, metrics?.totalEventsProcessing, metrics?.totalActiveJobs], [1, 4, 2]);
      // What was put off has not been processed.
      assert.equal((await call(WorkerService.healthCheck, {})).done().lastProcessedAt, undefined);
      resolve({ kind: 'done' });
      await Promise.all(asked);
      assert.notEqual((await call(WorkerService.healthCheck, {})).done().lastProcessedAt, undefined);
      await worker.stop();
    }));

  it('does no more at one time for callers than it may: the others wait, and past a limit are to come again', () =>
    behindGrpc(async ({ call, effects, settle }) => {
      const { promise, resolve } = Promise.withResolvers<{ kind: 'done' }>();
      effects.answer = () => promise;
      const calls = Array.from({ length: 60 }, () => call(WorkerService.processReservationExpiry, { reservationId: RSV }));
      // One is at work and 50 wait for its place: the rest is answered at once.
      const first = await Promise.race(calls);
      assert.equal(first.done().status, RETRY);
      await settle();
      assert.equal(effects.asked.length, 1);
      resolve({ kind: 'done' });
      const statuses = (await Promise.all(calls)).map((told) => told.done().status);
      assert.deepEqual([statuses.filter((status) => status === SUCCESS).length, statuses.filter((status) => status === RETRY).length], [51, 9]);
    }, 1));
});
