import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addMs, amountMinor, checkLimits, count, DEFAULT_LIMITS, durationMs, epochMs, InvariantBreach, isCurrencyCode, isoInstant, ManualClock, present, readInstant,
  sameMoney, SeededRandom, timesQuantity, unreachable, type CurrencyCode,
} from '@traffic-tacos/kernel';

const KRW = 'KRW' as CurrencyCode;

test('units refuse what is not a whole number of 0 or more', () => {
  for (const make of [epochMs, durationMs, count, amountMinor]) {
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) assert.throws(() => make(bad), InvariantBreach);
    assert.equal(make(0), 0);
  }
  assert.equal(isoInstant(addMs(epochMs(1000), durationMs(234))), '1970-01-01T00:00:01.234Z');
});

test('an instant prints as the runtime prints it, from 1970 to 9999', () => {
  const instants = fc.integer({ min: 0, max: 253_402_300_799_999 });
  fc.assert(fc.property(instants, (ms) => assert.equal(isoInstant(epochMs(ms)), new Date(ms).toISOString())), { numRuns: 10_000 });
  for (const date of ['2000-02-29', '2024-02-29', '2024-12-31', '2100-02-28', '2100-03-01', '1970-01-01']) {
    const ms = Date.parse(`${date}T23:59:59.999Z`);
    assert.equal(isoInstant(epochMs(ms)), `${date}T23:59:59.999Z`);
  }
});

test('money is exact and compares with its currency', () => {
  const price = amountMinor(150_000);
  assert.equal(timesQuantity(price, count(4)), 600_000);
  assert.equal(sameMoney({ amountMinor: price, currency: KRW }, { amountMinor: price, currency: KRW }), true);
  assert.equal(sameMoney({ amountMinor: price, currency: KRW }, { amountMinor: price, currency: 'USD' as CurrencyCode }), false);
  assert.deepEqual(['KRW', 'krw', 'KR', 'KRWX', ''].map(isCurrencyCode), [true, false, false, false, false]);
});

test('the default limits fit together, and each relation is shown to be checked', () => {
  assert.deepEqual(checkLimits(DEFAULT_LIMITS), []);
  const broken = [
    { idempotencyKeys: 1 },
    { reservationRows: DEFAULT_LIMITS.holdRows + 1 },
    { orderRows: DEFAULT_LIMITS.reservationRows - 1 },
    { priceMinor: Number.MAX_SAFE_INTEGER },
    { journalEntryBytes: DEFAULT_LIMITS.journalGroupBytes + 1 },
    { catalogueBodyBytes: DEFAULT_LIMITS.journalEntryBytes },
    { listPage: 0 },
    { users: 1.5 },
    { seatsPerHold: 33 },
  ];
  for (const change of broken) assert.equal(checkLimits({ ...DEFAULT_LIMITS, ...change }).length >= 1, true, JSON.stringify(change));
});

test('a seeded generator repeats itself, differs by seed, and spreads evenly', () => {
  const draw = (seed: number): number[] => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 5 }, () => random.u32());
  };
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
  const random = new SeededRandom(3);
  const buckets = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const bucket = random.below(10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  assert.ok(buckets.every((n) => n > 9_500 && n < 10_500), String(buckets));
});

test('a manual clock moves only when told', () => {
  const clock = new ManualClock(1000);
  clock.advance(60_000);
  assert.equal(clock.nowMs(), 61_000);
  clock.set(5);
  assert.equal(clock.wallMs(), 5);
});

test('a breach names what broke', () => {
  assert.throws(() => present(undefined, 'the seat'), /the seat/);
  assert.throws(() => unreachable('x' as never), InvariantBreach);
});

test('an instant reads back as it is written; with any zone, and as finely as programs write it', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => assert.equal(readInstant(isoInstant(epochMs(ms))), ms)));
  const noon = Date.UTC(2026, 11, 1, 12);
  for (const text of ['2026-12-01T12:00:00Z', '2026-12-01T21:00:00+09:00', '2026-12-01T12:00Z', '2026-12-01t12:00:00.000z', '2026-12-01T12:00:00.000000Z']) assert.equal(readInstant(text), noon, text);
  assert.equal(readInstant('2024-02-29T00:00:00Z'), Date.UTC(2024, 1, 29));
  assert.equal(readInstant('9999-12-31T23:59:59.999Z'), 253_402_300_799_999);
});

test('what is no instant is none: other texts, times without a zone, dates and times that there are not, years before 1970 and after 9999', () => {
  const wrong = ['', 'tomorrow', '2026-12-01', '2026-12-01T12:00:00', '2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-10T00:00:00Z', '2026-12-01T25:00:00Z', '2026-12-01T12:60:00Z', '1969-12-31T23:59:59Z', '9999-12-31T23:59:59-00:01', ' 2026-12-01T12:00:00Z', '2026-12-01T12:00:00+99:00'];
  assert.deepEqual(wrong.filter((text) => readInstant(text) !== undefined), []);
});
