import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLogger } from '../src/index.ts';
import { maskText } from '../src/logging/mask-text.ts';
import { mask } from '../src/logging/mask.ts';
import { isIn, plantedSecret } from './secret-arbitrary.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 3_000);

/** What was logged, as one line. */
function lineOf(facts: Readonly<Record<string, unknown>>, message: string): string {
  const lines: string[] = [];
  const logger = createLogger({ service: 'a', level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  logger.info(facts, message);
  return lines.join('');
}

test('masking: no secret of any kind, put anywhere in what is logged, is in the line; the line is one JSON object', () => {
  fc.assert(
    fc.property(plantedSecret, ({ secret, value }) => {
      const line = lineOf({ thing: value, err: value }, typeof value === 'string' ? value : 'x');
      assert.ok(!isIn(line, secret), `${secret} is in ${line}`);
      assert.equal(typeof JSON.parse(line), 'object');
      assert.equal(line.indexOf('\n'), line.length - 1);
    }),
    { numRuns: RUNS },
  );
});

/** Masks that forget one thing each. */
const FORGETFUL: Readonly<Record<string, (value: unknown) => unknown>> = {
  everything: (value) => value,
  'the causes of errors': (value) => (value instanceof Error && value.cause !== undefined ? { ...(mask(value) as object), cause: value.cause } : mask(value)),
  'what is in lists': (value) => (Array.isArray(value) ? value : mask(value)),
  'the names of members': (value) => (isPlain(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mask(member)])) : mask(value)),
};

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

for (const [what, forgetful] of Object.entries(FORGETFUL)) {
  test(`a mask that forgets ${what} is found`, () => {
    const found = fc.check(fc.property(plantedSecret, ({ secret, value }) => !isIn(JSON.stringify({ thing: forgetful(value) }), secret)), { seed: 1, numRuns: RUNS });
    assert.ok(found.failed);
  });
}

test('masking: a text made to keep the masks busy takes no longer than a few milliseconds', () => {
  const patterns = ['a', '-', '_-', '1 ', 'a.', 'token', 'password="', '"', '\\', '\\"', '@', 'a@a.', '%40', 'x://a', 'eyJa.', '-----BEGIN PRIVATE KEY-----', 'cookie', '"token" , ', ' \t'];
  for (const pattern of patterns) {
    const text = `${pattern.repeat(4_096).slice(0, 4_090)} `;
    const before = process.threadCpuUsage();
    maskText(text);
    const { user, system } = process.threadCpuUsage(before);
    assert.ok(user + system < 200_000, pattern);
  }
});
