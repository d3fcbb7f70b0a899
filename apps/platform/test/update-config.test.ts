import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminService } from '@traffic-tacos/contracts';
import { UpdateConfigRequest } from '@traffic-tacos/contracts/proto/common/v1/admin';
import { createLogger, type ProtectionSettings } from '@traffic-tacos/kit';
import { withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import { grpcCallers, withGrpcClient } from './support/grpc-callers.ts';

type Wish = Parameters<typeof UpdateConfigRequest.create>[0];

const FAILED_PRECONDITION = 7;
const NOT_FOUND = 5;
const STANDARD_ERROR = 2;
const PROTECTION: ProtectionSettings = { rateLimit: { perSecond: 1_000_000, burst: 1_000_000, scope: 'edge' }, trustedProxies: [] };
/** Each platform has a log of its own, since its level is changed. */
const options = () => ({ protection: PROTECTION, logger: createLogger({ service: 'platform', level: 'error', destination: STANDARD_ERROR }) });

const update = (on: TestPlatform, wish: Wish) =>
  withGrpcClient(on, 'gateway', async (client) =>
    client.call(AdminService.updateConfig, UpdateConfigRequest.create({ reason: 'the evening', applyImmediately: true, ...wish }), await grpcCallers(on).user('adam', 'admin')));

test('an admin changes a setting while the platform runs: old and new value are answered and on the trail, it takes effect at once, and the next start reads the environment', () =>
  withPlatform(async (on) => {
    const { response } = await update(on, { configKey: 'RATE_LIMIT_BURST', configValue: '1' });
    assert.deepEqual([response?.updated, response?.oldValue, response?.newValue, response?.error], [true, '1000000', '1', undefined]);
    assert.match(response?.note ?? '', /next start reads the environment/);
    assert.equal((await update(on, { configKey: 'RATE_LIMIT_RPS', configValue: '1', service: 'gateway' })).response?.updated, true);
    const alice = await on.user('alice');
    const answers = await Promise.all(Array.from({ length: 50 }, () => alice.get('gateway', '/api/v1/orders')));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 429], 'somebody who asks too much is told so by now');
    const next = await on.restart();
    const again = await update(next, { configKey: 'RATE_LIMIT_BURST', configValue: '5', applyImmediately: false });
    assert.deepEqual([again.response?.updated, again.response?.oldValue, again.response?.newValue], [false, '1000000', '5'], 'the change has ended with the process');
    const { entries } = (await (await next.user('adam', 'admin')).get('gateway', '/api/v1/admin/audit-trail')).body as { readonly entries: readonly { readonly target: string; readonly details: string; readonly outcome: string }[] };
    const told = entries.filter(({ target, outcome }) => target === 'RATE_LIMIT_BURST' && outcome === 'OK').map(({ details }) => JSON.parse(details) as object);
    assert.deepEqual(told, [
      { service: '', reason: 'the evening', applyImmediately: false, from: '1000000', to: '5' },
      { service: '', reason: 'the evening', applyImmediately: true, from: '1000000', to: '1' },
    ]);
  }, options()));

test('a setting that is bad, unknown, of nobody, or read once is not changed, and the reason is said', () =>
  withPlatform(async (on) => {
    const invalid: readonly Wish[] = [
      { configKey: 'LOG_LEVEL', configValue: 'loud' }, { configKey: 'HOLD_SECONDS', configValue: '0' }, { configKey: 'NO_SUCH_THING', configValue: '1' }, { configKey: 'LOG_LEVEL', configValue: '' }, { configKey: 'LOG_LEVEL', configValue: 'warn', reason: '' },
    ];
    for (const wish of invalid) assert.equal((await update(on, wish)).code, 'INVALID_ARGUMENT', JSON.stringify(wish));
    const refused: readonly (readonly [Wish, number])[] = [
      [{ configKey: 'HOLD_SECONDS', configValue: '90' }, FAILED_PRECONDITION], [{ configKey: 'SHED_AFTER_MS', configValue: '90' }, FAILED_PRECONDITION], [{ configKey: 'LOG_LEVEL', configValue: 'warn', service: 'nobody' }, NOT_FOUND],
    ];
    for (const [wish, code] of refused) {
      const { response } = await update(on, wish);
      assert.deepEqual([response?.updated, response?.error?.code], [false, code], JSON.stringify(wish));
    }
    const level = await update(on, { configKey: 'LOG_LEVEL', configValue: 'silent' });
    assert.deepEqual([level.response?.oldValue, level.response?.newValue], ['error', 'silent'], 'nothing that was refused has changed it');
  }, options()));
