import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS, SeededRandom } from '@traffic-tacos/kernel';
import { parseSettings, setting } from '../src/config/parse-settings.ts';
import { integer, text } from '../src/config/setting-types.ts';
import { createLiveSettings, createLogger, createProtection, liveSettings, type HttpServerOptions } from '../src/index.ts';
import { withServer } from '../src/testing.ts';
import { ROUTES } from './sample-routes.ts';

const SCHEMA = {
  pace: setting({ name: 'PACE', aliases: ['OLD_PACE'], type: integer({ min: 1, max: 9 }), default: 5, description: 'A setting of a test.' }),
  house: setting({ name: 'HOUSE', type: integer({ min: 1, max: 9 }), default: 5, description: 'Another one, which is read once.' }),
  key: setting({ name: 'KEY', type: text(), default: '', description: 'A secret one.', secret: true }),
};

/** The settings of a process in which the pace can be changed. */
function process() {
  const state = { pace: 5 };
  const live = { get: () => state.pace, set: (pace: number) => void (state.pace = pace) };
  return { state, settings: createLiveSettings(SCHEMA, { pace: live, key: { get: () => 'hush', set: () => assert.fail('a secret is never set') } }) };
}

describe('settings of a process that runs', () => {
  it('are changed where that is possible, under their name or an alias, and answer what was and what is', () => {
    const { state, settings } = process();
    assert.deepEqual(settings.change('PACE', ' 7 ', true), { kind: 'changed', from: '5', to: '7' });
    assert.deepEqual(settings.change('OLD_PACE', '8', true), { kind: 'changed', from: '7', to: '8' });
    assert.equal(state.pace, 8);
  });

  it('are only looked at where no change is asked for', () => {
    const { state, settings } = process();
    assert.deepEqual(settings.change('PACE', '7', false), { kind: 'checked', from: '5', to: '7' });
    assert.equal(state.pace, 5);
  });

  it('refuse a value for the reason for which a start refuses it, also where only a restart could take it on', () => {
    const { state, settings } = process();
    for (const name of ['PACE', 'HOUSE']) {
      for (const bad of ['0', '10', 'fast', '1e0', '']) {
        const change = settings.change(name, bad, true);
        assert.equal(change.kind, 'malformed', bad);
        const started = parseSettings(SCHEMA, { [name]: bad === '' ? '?' : bad });
        const problem = started.kind === 'refused' ? (started.problems[0] ?? '') : assert.fail();
        assert.ok(change.kind === 'malformed' && problem.startsWith(`${name} ${change.reason}`), problem);
      }
    }
    assert.equal(state.pace, 5);
  });

  it('say that a restart is needed, that there is no such setting, or that it is a secret, whose value is neither read nor shown', () => {
    const { settings } = process();
    assert.deepEqual(settings.change('HOUSE', '7', true), { kind: 'needs_restart' });
    assert.deepEqual(settings.change('pace', '7', true), { kind: 'unknown' });
    assert.deepEqual(settings.change('KEY', 'anything', true), { kind: 'secret' });
  });
});

const loggerOf = (lines: string[]) => createLogger({ service: 'a', level: 'info', destination: { write: (line: string) => void lines.push(line) } });

describe('what can be changed while a process runs', () => {
  it('LOG_LEVEL: for every service of the log, those that were named before too', () => {
    const lines: string[] = [];
    const logger = loggerOf(lines);
    const named = logger.named('b');
    const settings = liveSettings(logger, undefined);
    named.debug({}, 'quiet');
    assert.deepEqual(settings.change('LOG_LEVEL', 'debug', true), { kind: 'changed', from: 'info', to: 'debug' });
    named.debug({}, 'heard');
    assert.deepEqual([named.isEnabled('debug'), logger.level], [true, 'debug']);
    settings.change('LOG_LEVEL', 'silent', true);
    logger.error({}, 'nobody hears it');
    assert.deepEqual(lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg), ['heard']);
    assert.equal(settings.change('LOG_LEVEL', 'loud', true).kind, 'malformed');
  });

  it('RATE_LIMIT_RPS, RATE_LIMIT_BURST: from the next request on, and nobody waits for what was reckoned at the old rate', async () => {
    // So slow at first that no token comes back while a test runs.
    const protection = createProtection({ rateLimit: { perSecond: 0.01, burst: 1, scope: 'edge' }, trustedProxies: [] }, { limits: DEFAULT_LIMITS, random: new SeededRandom(1) });
    const settings = liveSettings(loggerOf([]), protection);
    const options: Partial<HttpServerOptions> = protection.serverOf('gateway');
    await withServer(ROUTES, async ({ server }) => {
      const status = async () => (await server.inject({ method: 'GET', path: '/v1/reservations' })).status;
      assert.deepEqual([await status(), await status()], [200, 429]);
      assert.deepEqual(settings.change('RATE_LIMIT_BURST', '3', true), { kind: 'changed', from: '1', to: '3' });
      assert.deepEqual([await status(), await status(), await status(), await status()], [200, 200, 200, 429]);
      assert.deepEqual(settings.change('RATE_LIMIT_RPS', '1000000', true), { kind: 'changed', from: '0.01', to: '1000000' });
      assert.equal(await status(), 200);
    }, options);
  });

  it('SHED_AFTER_MS: read back as it was set, 0 for nobody; what is off since the start stays off until the next one', () => {
    const machine = { limits: DEFAULT_LIMITS, random: new SeededRandom(1) };
    const on = createProtection({ trustedProxies: [], shedAfterMs: 1_000 }, machine);
    try {
      const settings = liveSettings(loggerOf([]), on);
      assert.deepEqual(settings.change('SHED_AFTER_MS', '500', true), { kind: 'changed', from: '1000', to: '500' });
      assert.deepEqual(settings.change('SHED_AFTER_MS', '0', true), { kind: 'changed', from: '500', to: '0' });
      assert.deepEqual(settings.change('SHED_AFTER_MS', '700', true), { kind: 'changed', from: '0', to: '700' });
    } finally {
      on.close();
    }
    const off = liveSettings(loggerOf([]), createProtection({ trustedProxies: [] }, machine));
    for (const name of ['SHED_AFTER_MS', 'RATE_LIMIT_RPS', 'RATE_LIMIT_BURST']) assert.deepEqual(off.change(name, '500', true), { kind: 'needs_restart' });
  });
});
