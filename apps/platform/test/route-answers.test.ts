import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, durationMs } from '@traffic-tacos/kernel';
import { createErrorRegistry, ERROR_TABLE, type Route } from '@traffic-tacos/kit';
import { withServer } from '@traffic-tacos/kit/testing';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { SERVICE_NAMES, type PlatformOptions, type ServiceName } from '@traffic-tacos/platform';
import { withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import { AnswerLedger } from './support/answer-ledger.ts';
import { readTable, type Line } from './support/answer-table.ts';
import { tryEdge, tryEndless, tryPlain } from './support/edge-attempts.ts';
import { grpcCallers } from './support/grpc-callers.ts';
import { named, playLine, putEvents } from './support/play-line.ts';

/** A body that is not sent is not waited for. */
const HASTY: Partial<PlatformOptions> = { http: { refusedBodyMs: 50 } };
/** Short times, so that what is late is refused soon. */
const QUICK: Partial<PlatformOptions> = { http: { headersTimeoutMs: 500, requestTimeoutMs: 1_000, timeoutCheckMs: 50 } };
const FEW_INTENTS = 3;
const registry = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);

const ledger = new AnswerLedger();

async function readDocuments(on: TestPlatform): Promise<void> {
  const nobody = await on.user('nobody');
  for (const service of SERVICE_NAMES) ledger.list(service, (await nobody.get(service, '/v3/api-docs')).body);
}

test('what the edge refuses is listed by every route that it is refused on, and by no other', () =>
  withPlatform(async (on) => {
    await readDocuments(on);
    const bearer = async (role: 'user' | 'admin'): Promise<string> => {
      const signed = await on.platform.signToken({ userId: `some-${role}`, role, ttlSeconds: 600 });
      return `Bearer ${signed.kind === 'signed' ? signed.token : assert.fail()}`;
    };
    for (const service of SERVICE_NAMES) {
      const { authorization = '' } = await grpcCallers(on).service(service);
      const senders = { user: await bearer('user'), admin: await bearer('admin'), service: authorization };
      const port = Number(new URL(on.platform.addresses[service]).port);
      const tried = ledger.operations(service).map(async (operation) => {
        for (const answer of await tryEdge(port, operation, senders)) ledger.note(service, operation, answer);
      });
      await Promise.all(tried);
    }
  }, HASTY));

test('a header that does not end is refused by every route as it lists', () =>
  withPlatform(async (on) => {
    for (const service of SERVICE_NAMES) {
      const port = Number(new URL(on.platform.addresses[service]).port);
      const tried = ledger.operations(service).map(async (operation) => ledger.note(service, operation, await tryEndless(port, operation)));
      await Promise.all(tried);
    }
  }, QUICK));

test('S3: every route but liveness lists what it answers when the process refuses all work, and readiness its reasons', () =>
  withPlatform(async (on) => {
    for (const service of SERVICE_NAMES) await refusing(service, on.platform.routes[service]);
  }));

async function refusing(service: ServiceName, routes: readonly Route[]): Promise<void> {
  const answerSpelling = service === 'gateway' ? 'snake' : 'client';
  await withServer(
    routes,
    async ({ port, health }) => {
      const operations = ledger.operations(service);
      health.setNotReady('journal', 'is replaying');
      for (const operation of operations.filter((one) => /health|readyz/.test(one))) ledger.note(service, operation, await tryPlain(port, operation));
      health.refuseAll('the journal has failed');
      for (const operation of operations) ledger.note(service, operation, await tryPlain(port, operation));
    },
    { registry, settings: { answerSpelling } },
  );
}

test('every answer of a handler that the documents list is reached by a line of the table', async () => {
  const table = readTable('route-answers.txt');
  const isOver = ({ target, bodies }: Line): boolean => `${target}${bodies.join('')}`.includes('$OVER');
  const payment = { timings: { approveDelayMs: durationMs(200), failDelayMs: durationMs(100), lateApproveDelayMs: durationMs(60_000), intentTtlMs: durationMs(900_000) } };
  const limits = { ...DEFAULT_LIMITS, queuePlacesPerEvent: 8, webhookRegistrations: 1 };
  const webhooks: NonNullable<PlatformOptions['webhooks']> = { internet: { lookup: (_name, _options, found) => found(new Error('no name leads anywhere'), []) } };
  const options: Partial<PlatformOptions> = { limits, webhooks, payment: { ...payment, intentsPerReservation: FEW_INTENTS, failedPolicy: 'keep' } };
  await withPlatform((on) => playTable(on, table.filter((line) => !isOver(line))), options);
  await withPlatform((on) => playTable(on, table.filter(isOver)), { ...options, holdMs: durationMs(1) });
});

async function playTable(on: TestPlatform, lines: readonly Line[]): Promise<void> {
  await putEvents(on);
  for (const line of lines) {
    const answer = await playLine(on, line);
    assert.equal(named(answer), line.answer, `line ${line.at}: ${line.method} ${line.target}: ${answer.text.slice(0, 500)}`);
    ledger.note(line.service, ledger.operationOf(line.service, line.method, line.target), line.answer);
  }
}

test('nothing is listed that no test has reached', () => {
  assert.deepEqual(ledger.missing(isReachedElsewhere), []);
});

test('the ledger finds an answer that is not listed, and one that is listed and never given', () => {
  const planted = new AnswerLedger();
  const error = { allOf: [{}, { properties: { error: { properties: { code: { type: 'string', enum: ['SALE_NOT_OPEN', 'NOT_FOUND'] } } } } }] };
  const responses = { 200: { description: 'Held.' }, 409: { content: { 'application/json': { schema: error } } } };
  planted.list('shop', { paths: { '/v1/{id}': { parameters: [], post: { responses } } }, components: { responses: {} } });
  const operation = planted.operationOf('shop', 'POST', '/v1/x?y=z');
  planted.note('shop', operation, '200');
  planted.note('shop', operation, '409 SALE_NOT_OPEN');
  assert.throws(() => planted.note('shop', operation, '409 EVENT_CONFLICT'), /does not list/);
  assert.throws(() => planted.note('shop', operation, '201'), /does not list/);
  assert.deepEqual(planted.missing(() => false), ['shop: POST /v1/{id} → 409 NOT_FOUND']);
});

/**
 * What no line of a table can say: other processes must fail (apps/services), a client's secret or a signature is needed (services/gateway,
 * payment-webhook.test.ts), a stream does not end by itself (push-suite.ts), or a message that has died or a receiver that was registered before (apps/platform/test/receivers.test.ts, services/payment/test/webhooks.test.ts, services/worker/test/work-off.test.ts) or a code that was printed (apps/cli/test/tickets-verify.test.ts).
 */
const ELSEWHERE: readonly string[] = [
  'GET /api/v1/queue/stream → 200',
  'GET /api/v1/queue/stream → 204',
  'GET /api/v1/queue/stream → 429 RATE_LIMITED',
  'GET /api/v1/reservations/{id}/stream → 200',
  'GET /api/v1/reservations/{id}/stream → 204',
  'GET /api/v1/reservations/{id}/stream → 429 RATE_LIMITED',
  'POST /oauth2/token → 200',
  'POST /api/v1/webhooks/payment → 200',
  'POST /api/v1/webhooks/payment → 404 PAYMENT_NOT_FOUND',
  'DELETE /api/v1/admin/webhooks/{id} → 200',
  'POST /api/v1/admin/webhooks/{id}/test → 202',
  'POST /v1/webhooks/dead-letters/{id}/replay → 202',
  'GET /v1/dead-letters/{id} → 200',
  'POST /v1/dead-letters/{id}/replay → 202',
  'POST /v1/tickets/check → 200',
];
const isReachedElsewhere = (operation: string, answer: string): boolean =>
  /^50[34] (?:UPSTREAM_TIMEOUT|INVENTORY_SERVICE_ERROR)$/.test(answer) || ELSEWHERE.includes(`${operation} → ${answer}`);
