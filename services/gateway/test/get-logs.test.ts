import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timestampOf } from '@traffic-tacos/contracts';
import { GetLogsRequest, LogLevel } from '@traffic-tacos/contracts/proto/common/v1/admin';
import { DEFAULT_LIMITS, ManualClock } from '@traffic-tacos/kernel';
import { createLogger, createMetrics, keepLines, type GrpcCall } from '@traffic-tacos/kit';
import { getLogsRpc } from '../src/api/grpc/get-logs.ts';

const AT_MS = 1_700_000_000_000;

/** A log of which lines are kept, and the method over it. */
function logWorld(bounds = { lines: 1_000, chars: 1_000_000 }) {
  const kept = keepLines(bounds);
  const clock = new ManualClock(AT_MS);
  const logger = createLogger({ service: 'gateway', level: 'debug', destination: { write: () => undefined }, kept, wallMs: () => clock.wallMs() });
  const known = { version: '1', startedAtMs: AT_MS as never, states: () => new Map([['gateway', 'ready' as const], ['inventory', undefined]]), reasons: () => [] };
  const rpc = getLogsRpc({ known, logs: () => logger.newest(), metrics: createMetrics({ processMetrics: false }), clock, limits: DEFAULT_LIMITS });
  const ask = async (request: Partial<GetLogsRequest> = {}) => {
    const answer = await rpc(GetLogsRequest.create(request), {} as GrpcCall);
    return 'refused' in answer ? { refused: answer.refused, said: [] } : { ...answer, said: answer.logs.map(({ message }) => message) };
  };
  return { logger, ask, clock };
}

test('admins read the newest lines of the log first, masked as they were written, with their facts as texts', async () => {
  const { logger, ask } = logWorld();
  logger.info({ trace_id: 'a'.repeat(32), route: 'GET /', status: 200 }, 'answered');
  logger.warn({ password: 'correct horse', authorization: 'Bearer eyJhbGciOi' }, 'a client was odd');
  const answer = await ask();
  assert.deepEqual([answer.said, 'hasMore' in answer && answer.hasMore], [['a client was odd', 'answered'], false]);
  assert.ok('logs' in answer);
  const [odd, answered] = answer.logs;
  assert.deepEqual([answered?.traceId, answered?.service, answered?.level, answered?.fields.get('status'), answered?.timestamp], ['a'.repeat(32), 'gateway', LogLevel.LOG_LEVEL_INFO, '200', timestampOf(AT_MS)]);
  assert.ok(!JSON.stringify([...(odd?.fields ?? [])]).includes('horse') && !JSON.stringify([...(odd?.fields ?? [])]).includes('eyJ'));
});

test('lines are chosen by level, time, service and text, and a service of another process keeps its own', async () => {
  const { logger, ask, clock } = logWorld();
  logger.debug({}, 'a step');
  logger.info({}, 'one happened');
  clock.advance(2_000);
  logger.named('inventory').info({}, 'another happened');
  clock.advance(1_000);
  logger.error({}, 'one failed');
  assert.deepEqual((await ask()).said, ['one failed', 'another happened', 'one happened']);
  assert.deepEqual((await ask({ level: LogLevel.LOG_LEVEL_DEBUG })).said.length, 4);
  assert.deepEqual((await ask({ level: LogLevel.LOG_LEVEL_ERROR })).said, ['one failed']);
  assert.deepEqual((await ask({ searchQuery: 'one' })).said, ['one failed', 'one happened']);
  assert.deepEqual((await ask({ startTime: timestampOf(AT_MS + 2_000), endTime: timestampOf(AT_MS + 2_500) })).said, ['another happened']);
  assert.deepEqual((await ask({ service: 'gateway' })).said, ['one failed', 'one happened']);
  const first = await ask({ limit: 1 });
  assert.deepEqual([first.said, 'hasMore' in first && first.hasMore], [['one failed'], true]);
  assert.deepEqual([(await ask({ service: 'inventory' })).refused, (await ask({ service: 'nothing' })).refused, (await ask({ limit: 101 })).refused], ['OPERATION_NOT_POSSIBLE', 'NOT_FOUND', 'INVALID_REQUEST']);
});

test('keptLogLines, keptLogChars: past either the oldest line goes, and one that is too long alone is not kept', async () => {
  const few = logWorld({ lines: 2, chars: 1_000_000 });
  for (const message of ['one', 'two', 'three', 'four', 'five']) few.logger.info({}, message);
  assert.deepEqual((await few.ask()).said, ['five', 'four']);
  const short = logWorld({ lines: 100, chars: 200 });
  for (const message of ['one', 'two', 'three']) short.logger.info({}, message);
  assert.deepEqual((await short.ask()).said, ['three', 'two']);
  short.logger.info({ long: 'x'.repeat(300) }, 'too long');
  assert.deepEqual((await short.ask()).said, ['three', 'two']);
});
