import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import type { Route } from '../src/index.ts';
import { ProofOfWork, zeroBitsOf } from '../src/protection/proof-of-work.ts';
import { withServer } from '../src/testing.ts';
import { codeOf } from './sample-routes.ts';

const BITS = 8;
const START_MS = 50_000;
const LIFE_MS = 60_000;

const workOf = (solvedChallenges = 1_000, seed = 1): ProofOfWork => new ProofOfWork({ bits: BITS, limits: { solvedChallenges }, random: new SeededRandom(seed) });

const challengeFrom = (work: ProofOfWork, nowMs = START_MS): string => work.check(undefined, nowMs)?.headers?.['X-Challenge'] ?? assert.fail('no challenge');
const bitsOf = (challenge: string): number => Number(challenge.split('.')[1]);

/** What a client does. */
function solve(challenge: string, bits = bitsOf(challenge)): string {
  for (let number = 0; ; number++) if (zeroBitsOf(`${challenge}:${number}`) >= bits) return `${challenge}:${number}`;
}

describe('a proof of work', () => {
  it('is taken once: a repetition, a wrong number, a changed or forged challenge, one of another process and one that is over are not', () => {
    const work = workOf();
    const solution = solve(challengeFrom(work));
    assert.equal(work.check(solution, START_MS + 1), undefined);
    assert.notEqual(work.check(solution, START_MS + 2), undefined, 'a second time');
    const challenge = challengeFrom(work);
    const [end = '', bits = '', id = '', mac = ''] = challenge.split('.');
    let wrong = 0;
    while (zeroBitsOf(`${challenge}:${wrong}`) >= BITS) wrong++;
    const easier = `${end}.0.${id}.${mac}`;
    const later = `${(Number.parseInt(end, 36) + 1).toString(36)}.${bits}.${id}.${mac}`;
    const others = [`${challenge}:${wrong}`, `${easier}:0`, solve(later, BITS), solve(challengeFrom(workOf(1_000, 2))), '', ':', 'a.b.c.d:1', `${challenge}.x:1`, 'x'.repeat(1_000)];
    for (const other of others) assert.notEqual(work.check(other, START_MS + 3), undefined, other.slice(0, 80));
    const late = solve(challengeFrom(work, START_MS));
    assert.notEqual(work.check(late, START_MS + LIFE_MS + 1), undefined);
  });

  it('costs a bit more with each doubling of what is solved, no more than a thousand times, and the usual work when the load is over', () => {
    const work = new ProofOfWork({ bits: 0, limits: { solvedChallenges: 1_000_000 }, random: new SeededRandom(1) });
    const given = (nowMs: number): number => bitsOf(challengeFrom(work, nowMs));
    // Any number solves what asks for no bits; all of these are given out before the first is solved.
    const early = Array.from({ length: 110_000 }, () => `${challengeFrom(work)}:0`);
    assert.equal(given(START_MS), 0);
    for (const solution of early.slice(0, 400)) assert.equal(work.check(solution, START_MS + 1), undefined);
    assert.equal(given(START_MS + 2), 2);
    for (const solution of early.slice(400)) assert.equal(work.check(solution, START_MS + 3), undefined);
    assert.equal(given(START_MS + 4), 10);
    assert.equal(given(START_MS + 10_000), 0);
  });

  it('S22: costs nobody more for all that is asked and not solved, and for solutions that are shown again', () => {
    const work = workOf();
    const solution = solve(challengeFrom(work));
    for (let i = 0; i < 10_000; i++) work.check([undefined, '', solution][i % 3], START_MS + 1);
    assert.equal(bitsOf(challengeFrom(work, START_MS + 2)), BITS);
  });

  it('remembers what was solved until it is over, and no more than its limit', () => {
    const work = workOf(4);
    const solutions = [0, 1, 2].map(() => solve(challengeFrom(work)));
    assert.deepEqual(solutions.map((solution) => work.check(solution, START_MS) === undefined), [true, true, false], 'half of the limit for half of the time');
    const next = START_MS + LIFE_MS - 1;
    assert.notEqual(work.check(solutions[0], next), undefined);
    const again = solve(challengeFrom(work, START_MS + LIFE_MS));
    assert.equal(work.check(again, START_MS + LIFE_MS), undefined, 'there is room again');
  });
});

describe('a route that demands work', () => {
  const join: Route = { method: 'POST', path: '/join', access: 'optional', summary: '', demandsWork: true, handle: () => ({ status: 202 }) };

  it('S22: is 403 with a challenge to strangers, and serves them once for each that they solve; who is signed in needs none', () =>
    withServer([join], async ({ server, bearer }) => {
      const ask = (headers: Readonly<Record<string, string>> = {}) => server.inject({ method: 'POST', path: '/join', headers });
      const refused = await ask();
      assert.deepEqual([refused.status, codeOf(refused)], [403, 'FORBIDDEN']);
      const solution = solve(refused.headers['x-challenge'] ?? '');
      assert.deepEqual([(await ask({ 'x-challenge-solution': solution })).status, (await ask({ 'x-challenge-solution': solution })).status], [202, 403]);
      assert.equal((await ask({ authorization: await bearer('alice') })).status, 202);
    }, { work: workOf() }));

  it('demands none where the server does not', () =>
    withServer([join], async ({ server }) => assert.equal((await server.inject({ method: 'POST', path: '/join' })).status, 202)));
});
