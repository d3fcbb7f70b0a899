import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { durationMs } from '@traffic-tacos/kernel';
import { withPlatform } from '@traffic-tacos/platform/testing';
import { parseTable } from './support/answer-table.ts';
import { named, playLine, putEvents } from './support/play-line.ts';

const TABLE = readFileSync(join(import.meta.dirname, 'tables', 'precedence.txt'), 'utf8');
const INTERFACES = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'reference', 'interfaces.md'), 'utf8');

const timings = { approveDelayMs: durationMs(200), failDelayMs: durationMs(100), lateApproveDelayMs: durationMs(60_000), intentTtlMs: durationMs(900_000) };

test('precedence: of two reasons to refuse, the one that interfaces.md names first is told, on real routes', () =>
  withPlatform(
    async (on) => {
      await putEvents(on);
      for (const line of parseTable(TABLE)) {
        const answer = await playLine(on, line);
        assert.equal(named(answer), line.answer, `line ${line.at}: ${line.method} ${line.target}: ${answer.text.slice(0, 500)}`);
      }
    },
    { payment: { timings, intentsPerReservation: 3, failedPolicy: 'keep' } },
  ));

test('precedence: the replay of a key comes before the state that its resource has come to', () =>
  withPlatform(async (on) => {
    await putEvents(on);
    const alice = await on.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1']);
    const extend = (extensionSeconds: number) => alice.post('reservation', `/v1/reservations/${id}/extend`, { key: 'k1', body: { extensionSeconds } });
    const first = await extend(10);
    assert.equal((await alice.cancel(id)).status, 200);
    const again = await extend(10);
    assert.deepEqual([again.status, again.text, again.headers['idempotency-replayed']], [200, first.text, 'true']);
    assert.equal(named(await extend(20)), '409 IDEMPOTENCY_CONFLICT');
  }));

test('precedence: every two neighbours of the order stand in the table, with a request that has both reasons, or with why there is none', () => {
  const sentence = /The first that applies is given: ([^.]*)\./.exec(INTERFACES)?.[1] ?? assert.fail('interfaces.md no longer says the order');
  const order = sentence.replaceAll(/\s+/g, ' ').replaceAll(' ◦', '').split(' · ');
  const sections = new Map(TABLE.split(/^## /m).slice(1).map((section) => [section.split('\n')[0] ?? '', section]));
  assert.equal(order.length, 13);
  for (const [place, later] of order.slice(1).entries()) {
    const section = sections.get(`${order[place] ?? ''} · ${later}`) ?? assert.fail(`${order[place] ?? ''} · ${later} is missing`);
    assert.ok(parseTable(section).length > 0 || /^# because: .{20}/m.test(section), `${later} says neither`);
  }
});
