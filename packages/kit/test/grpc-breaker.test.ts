import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@traffic-tacos/kernel';
import { CircuitBreaker, type BreakerState, type BreakerTicket } from '../src/grpc/client/circuit-breaker.ts';
import { DEFAULT_GRPC_CHANNEL_SETTINGS } from '../src/index.ts';

const { breaker: SETTINGS } = DEFAULT_GRPC_CHANNEL_SETTINGS;

function makeBreaker(overrides: Partial<typeof SETTINGS> = {}) {
  const clock = new ManualClock();
  const states: BreakerState[] = [];
  const breaker = new CircuitBreaker({ ...SETTINGS, ...overrides }, clock, (state) => states.push(state));
  const enter = (): BreakerTicket => {
    const ticket = breaker.enter();
    assert.ok(ticket !== undefined, 'let through');
    return ticket;
  };
  const succeed = (times: number): void => {
    for (let i = 0; i < times; i++) breaker.succeeded(enter());
  };
  const fail = (times: number): void => {
    for (let i = 0; i < times; i++) breaker.failed(enter());
  };
  return { breaker, clock, states, enter, succeed, fail };
}

test('S17: the breaker opens at 50 % failures of at least 20 calls, and not before', () => {
  const even = makeBreaker();
  even.succeed(10);
  even.fail(9);
  assert.equal(even.breaker.state, 'closed', '9 of 19');
  even.fail(1);
  assert.equal(even.breaker.state, 'open', '10 of 20');

  const below = makeBreaker();
  below.succeed(11);
  below.fail(10);
  assert.equal(below.breaker.state, 'closed', '10 of 21');
  below.fail(1);
  assert.equal(below.breaker.state, 'open', '11 of 22');

  const few = makeBreaker();
  few.fail(19);
  assert.equal(few.breaker.state, 'closed', '19 of 19 decide nothing');
});

test('S17: what happened before the window does not count', () => {
  const { breaker, clock, fail, succeed } = makeBreaker();
  fail(19);
  clock.advance(SETTINGS.windowMs);
  fail(1);
  assert.equal(breaker.state, 'closed');
  clock.advance(SETTINGS.windowMs / 2);
  succeed(5);
  fail(14);
  assert.equal(breaker.state, 'open', '15 of 20 within one window');
});

test('S17: an open breaker lets nobody through for 30 s, then three trials, and closes when all succeed', () => {
  const { breaker, clock, states, fail, enter } = makeBreaker();
  fail(20);
  clock.advance(SETTINGS.openMs - 1);
  assert.equal(breaker.enter(), undefined);
  clock.advance(1);
  const trials = [enter(), enter(), enter()];
  assert.equal(breaker.enter(), undefined, 'nobody else is let through, and nobody waits');
  for (const ticket of trials) breaker.succeeded(ticket);
  fail(19);
  assert.equal(breaker.state, 'closed', 'the failures before are forgotten');
  assert.deepEqual(states, ['open', 'half_open', 'closed']);
});

test('S17: one failed trial opens the breaker again for the whole time', () => {
  const { breaker, clock, fail, enter } = makeBreaker();
  fail(20);
  clock.advance(SETTINGS.openMs);
  const [first, second] = [enter(), enter()];
  breaker.succeeded(first);
  breaker.failed(second);
  assert.equal(breaker.state, 'open');
  clock.advance(SETTINGS.openMs - 1);
  assert.equal(breaker.enter(), undefined);
  clock.advance(1);
  assert.equal(typeof breaker.enter(), 'number');
});

test('a trial that says nothing gives its place back, and calls from before a change of state say nothing about it', () => {
  const { breaker, clock, fail, enter } = makeBreaker({ trials: 1 });
  const old = enter();
  fail(20);
  clock.advance(SETTINGS.openMs);
  breaker.undecided(enter());
  const trial = enter();
  breaker.succeeded(old);
  assert.equal(breaker.state, 'half_open', 'an old success closes nothing');
  breaker.failed(old);
  assert.equal(breaker.state, 'half_open', 'an old failure opens nothing');
  breaker.succeeded(trial);
  assert.equal(breaker.state, 'closed');
});
