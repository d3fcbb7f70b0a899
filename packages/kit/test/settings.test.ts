import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsHelp, settingsReference } from '../src/config/describe-settings.ts';
import { parseSettings, setting, type Environment, type SettingsSchema } from '../src/config/parse-settings.ts';
import {
  duration, flag, httpUrl, integer, listOf, network, oneOf, optional, origin, port, text, type SettingType,
} from '../src/config/setting-types.ts';

const parsedBy = (type: SettingType<unknown>, given: string): unknown => {
  const parsed = type.parse(given);
  return parsed.kind === 'value' ? parsed.value : 'problem';
};

test('each type takes what it says, at the edges of its range, and nothing else', () => {
  const whole = integer({ min: -5, max: 10 });
  const short = duration({ unit: 's', minMs: 1_000, maxMs: 60_000 });
  const cases: readonly (readonly [SettingType<unknown>, string, unknown])[] = [
    [whole, '-5', -5], [whole, '10', 10], [whole, '-6', 'problem'], [whole, '11', 'problem'], [whole, '1.5', 'problem'],
    [whole, '1e1', 'problem'], [whole, '0x5', 'problem'],
    [port(), '0', 0], [port(), '65535', 65_535], [port(), '65536', 'problem'], [port(), '-1', 'problem'],
    [flag(), 'TRUE', true], [flag(), 'off', false], [flag(), '1', true], [flag(), 'maybe', 'problem'], [flag(), 'constructor', 'problem'],
    [oneOf('keep', 'release'), 'Keep', 'keep'], [oneOf('keep', 'release'), 'kept', 'problem'],
    [short, '1', 1_000], [short, '60', 60_000], [short, '61', 'problem'], [short, '0', 'problem'],
    [short, '1500ms', 1_500], [short, '1m', 60_000],
    [short, 'PT30S', 30_000], [short, 'PT1M', 60_000], [short, 'PT', 'problem'], [short, '1.0005', 'problem'],
    [short, '5 s', 'problem'], [short, '-1', 'problem'],
    [duration({ unit: 'ms', minMs: 0, maxMs: 1e9 }), 'PT0.25S', 250], [duration({ unit: 'ms', minMs: 0, maxMs: 1e9 }), '250', 250],
    [text({ maxChars: 3 }), 'abc', 'abc'], [text({ maxChars: 3 }), 'abcd', 'problem'], [text({ pattern: /^a/ }), 'b', 'problem'],
    [listOf(integer({ min: 0, max: 9 })), '1, 2,3', [1, 2, 3]],
    [listOf(port()), 'none', []], [listOf(port()), '1,x', 'problem'],
    [listOf(port()), '1,,2', 'problem'],
    [httpUrl(), 'https://a.test/x', 'https://a.test/x'], [httpUrl(), 'ftp://a.test', 'problem'], [httpUrl(), 'a.test', 'problem'],
    [origin(), 'https://a.test:8443', 'https://a.test:8443'], [origin(), 'https://a.test/', 'problem'], [origin(), '*', 'problem'],
    [network(), '10.0.0.0/8', '10.0.0.0/8'], [network(), '::1', '::1'], [network(), '10.0.0.0/33', 'problem'],
    [network(), '10.0.0', 'problem'], [network(), '::/128/1', 'problem'],
    [optional(port(), 'any'), '5', 5],
  ];
  for (const [type, given, expected] of cases) assert.deepEqual(parsedBy(type, given), expected, `${type.description}: ${given}`);
});

const SCHEMA = {
  limit: setting({
    name: 'APP_LIMIT',
    aliases: ['OLD_LIMIT', 'OLDER_LIMIT'],
    type: integer({ min: 1, max: 9 }),
    default: 5,
    description: 'How many.',
  }),
  mode: setting({ name: 'APP_MODE', type: oneOf('a', 'b'), default: 'a', description: 'Which | way.' }),
  key: setting({
    name: 'APP_KEY',
    type: optional(text({ maxChars: 4 }), 'made at random'),
    default: undefined,
    description: 'A key.',
    secret: true,
  }),
} as const satisfies SettingsSchema;

const problemsOf = (env: Environment): readonly string[] => {
  const parsed = parseSettings(SCHEMA, env);
  return parsed.kind === 'refused' ? parsed.problems : [];
};

test('what is not set, or set to nothing, has its default; presets stand between defaults and environment', () => {
  const parse = (env: Environment, presets?: Environment) => {
    const parsed = parseSettings(SCHEMA, env, presets);
    return parsed.kind === 'parsed' ? parsed.settings : parsed.problems;
  };
  assert.deepEqual(parse({ APP_LIMIT: ' ', OTHER: 'x' }), { limit: 5, mode: 'a', key: undefined });
  assert.deepEqual(parse({ APP_MODE: 'b' }, { APP_MODE: 'a', APP_LIMIT: '7' }), { limit: 7, mode: 'b', key: undefined });
});

test('an alias sets its setting; two names with different values are a problem, with equal ones none', () => {
  const limitOf = (env: Environment) => {
    const parsed = parseSettings(SCHEMA, env);
    return parsed.kind === 'parsed' ? parsed.settings.limit : undefined;
  };
  assert.equal(limitOf({ OLDER_LIMIT: '3' }), 3);
  assert.equal(limitOf({ OLDER_LIMIT: '3', APP_LIMIT: '3' }), 3);
  assert.deepEqual(problemsOf({ OLDER_LIMIT: '3', APP_LIMIT: '4' }), ['APP_LIMIT and OLDER_LIMIT mean the same and have different values']);
});

test('all problems are reported together, with what was given, except secrets', () => {
  assert.deepEqual(problemsOf({ APP_LIMIT: '10', APP_MODE: 'c', APP_KEY: 'top-secret' }), [
    'APP_LIMIT must be a whole number from 1 to 9, not "10"',
    'APP_MODE must be one of a, b, not "c"',
    'APP_KEY must be a text, not what is given (not shown: it is a secret)',
  ]);
  assert.ok((problemsOf({ APP_MODE: 'x'.repeat(5_000) })[0]?.length ?? 0) < 200);
});

test('help is wrapped at the width of a terminal, and loses no word', () => {
  const description = Array.from({ length: 40 }, (_, at) => `word${at}`).join(' ');
  const help = settingsHelp({ key: setting({ name: 'K', type: text(), default: 'd', description }), other: setting({ name: 'L', type: text(), default: 'd', description: 'x'.repeat(100) }) });
  const lines = help.split('\n');
  assert.ok(lines.every((line) => line.length <= 80 || line.trim() === 'x'.repeat(100)), help);
  assert.ok(help.replaceAll(/\s+/g, ' ').includes(description));
  assert.ok(lines.slice(1, 4).every((line) => line.startsWith('      word')), help);
});

test('help and the reference page are made from the schema: every name, default, range and alias is in them', () => {
  for (const page of [settingsHelp(SCHEMA), settingsReference(SCHEMA)]) {
    for (const expected of ['APP_LIMIT', '5', 'a whole number from 1 to 9', 'OLDER_LIMIT', 'How many.', 'made at random', 'one of a, b']) {
      assert.ok(page.includes(expected), `${expected} in\n${page}`);
    }
  }
  assert.match(settingsReference(SCHEMA), /^<!-- Generated/);
  assert.match(settingsReference(SCHEMA), /Which \\\| way\./);
  const withSecret = { key: setting({ name: 'K', type: text(), default: 'hush', description: 'd', secret: true }) };
  assert.doesNotMatch(settingsHelp(withSecret) + settingsReference(withSecret), /hush/);
});
