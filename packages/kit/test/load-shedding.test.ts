import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { LoadShedder } from '../src/protection/load-shedder.ts';
import { GAUGE_PERIOD_MS, LoadGauge } from '../src/protection/load-gauge.ts';
import type { Route } from '../src/index.ts';
import { withServer } from '../src/testing.ts';
import { codeOf, ROUTES } from './sample-routes.ts';

const CROWD = 16;

interface Turn {
  readonly lateMs: number;
  readonly requests?: number;
  /** Of the processor. */
  readonly share?: number;
}

/** The wait of a request that is read `intoNextMs` into the turn after these. */
function waitAfter(turns: readonly (number | Turn)[], intoNextMs: number): number {
  let nowMs = 10_000;
  let busyMs = 0;
  const gauge = new LoadGauge(nowMs, () => busyMs);
  for (const turn of turns) {
    const { lateMs, requests = CROWD, share = 1 } = typeof turn === 'number' ? { lateMs: turn } : turn;
    for (let i = 0; i < requests; i++) gauge.waitOfRequest(nowMs);
    nowMs += GAUGE_PERIOD_MS + lateMs;
    busyMs += (GAUGE_PERIOD_MS + lateMs) * share;
    gauge.tell(nowMs);
  }
  return gauge.waitOfRequest(nowMs + GAUGE_PERIOD_MS + intoNextMs);
}

describe('the expected wait', () => {
  it('is none while turns are short, and none in the first long turn: S4, a thousand at once at a fresh process are not sent away', () => {
    assert.equal(waitAfter([0, 5, 90, 40], 50), 0);
    assert.equal(waitAfter([], 30_000), 0);
    assert.equal(waitAfter([400], 500), 0, 'the rest of a burst, in the turn after');
  });

  it('is what has passed of this turn and half of the last one, once the loop has been behind for longer than a burst', () => {
    assert.equal(waitAfter([800, 900], 300), 750);
    assert.equal(waitAfter([3_000], 0), 1_500);
  });

  it('S23: is none again with the first turn that is short', () => {
    assert.equal(waitAfter([3_000, 3_000, 10], 0), 0);
    assert.equal(waitAfter([3_000, 10, 700], 200), 0, 'what was long ago does not count');
  });

  it('is none where few asked, one after the other, for what takes long: an organizer who imports large events', () => {
    assert.equal(waitAfter([{ lateMs: 4_000, requests: 1 }, { lateMs: 4_000, requests: CROWD - 1 }], 2_000), 0);
    assert.equal(waitAfter([{ lateMs: 4_000, requests: CROWD }], 0), 2_000);
  });

  it('is none where the process itself was kept from the processor, or was asleep', () => {
    assert.equal(waitAfter([{ lateMs: 4_000, share: 0.3 }, { lateMs: 4_000, share: 0.4 }], 2_000), 0);
    assert.equal(waitAfter([{ lateMs: 4_000, share: 0.6 }], 0), 2_000);
  });
});

/** A thread that is never kept waiting, however busy the machine is. */
const alwaysBusy = (): LoadGauge => new LoadGauge(performance.now(), () => performance.now());

/** A gauge in the middle of an overload, by the clock of the process. */
function overloaded(): LoadGauge {
  const nowMs = performance.now();
  let busyMs = 0;
  const gauge = new LoadGauge(nowMs - 4_000, () => busyMs);
  for (let i = 0; i < CROWD; i++) gauge.waitOfRequest(nowMs);
  busyMs = 4_000;
  gauge.tell(nowMs);
  return gauge;
}

/** As the shedder is while the loop is busy: nobody tells its gauge that the time has come. */
async function withOverload(shedAfterMs: number, body: Parameters<typeof withServer>[1]): Promise<void> {
  const gauge = overloaded();
  const shedder = new LoadShedder(shedAfterMs, gauge);
  shedder.close();
  await withServer(ROUTES, body, { shedder });
}

test('S23: past the longest wait requests are sent away with 503 and Retry-After, before their token or body is looked at', () =>
  withOverload(1_000, async ({ server }) => {
    const ask = () => server.inject({ method: 'POST', path: '/v1/reservations', headers: { authorization: 'Bearer nonsense', 'content-type': 'text/plain' }, body: '{' });
    const answers = [await ask(), await ask(), await ask(), await ask()];
    assert.deepEqual(answers.map((answer) => [answer.status, codeOf(answer)]), answers.map(() => [503, 'SERVICE_UNAVAILABLE']));
    const seconds = answers.map(({ headers }) => Number(headers['retry-after']));
    assert.ok(Math.min(...seconds) >= 2, 'no sooner than the wait that was expected');
    assert.ok(new Set(seconds).size > 1, 'they do not all come back together');
  }));

test('S23: whoever completes a purchase is sent away last: seats are held and money is on its way until they are answered', async () => {
  const route = (path: string, completesPurchase: boolean): Route => ({ method: 'POST', path, access: 'anyone', summary: 'x', completesPurchase, handle: () => ({ status: 200, body: {} }) });
  const routes = [route('/v1/join', false), route('/v1/confirm', true)];
  const statusesAt = async (shedAfterMs: number): Promise<readonly number[]> => {
    const shedder = new LoadShedder(shedAfterMs, overloaded());
    shedder.close();
    let statuses: readonly number[] = [];
    await withServer(routes, async ({ server }) => {
      statuses = await Promise.all(routes.map(async ({ path }) => (await server.inject({ method: 'POST', path })).status));
    }, { shedder });
    return statuses;
  };
  assert.deepEqual([await statusesAt(1_000), await statusesAt(1)], [[503, 200], [503, 503]]);
});

test('whoever watches over the process is answered under any load, and nobody is sent away who waits no longer than is allowed', async () => {
  await withOverload(1_000, async ({ server }) => {
    for (const path of ['/healthz', '/readyz', '/version', '/metrics', '/actuator/health/liveness']) assert.equal((await server.inject({ method: 'GET', path })).status, 200, path);
    assert.equal((await server.inject({ method: 'GET', path: '/nowhere' })).status, 404);
  });
  await withOverload(60_000, async ({ server }) => {
    assert.equal((await server.inject({ method: 'GET', path: '/v1/reservations' })).status, 200);
  });
});

test('the gauge of a running process is told the time, and a blocked loop that goes on is noticed until it no longer is', async () => {
  const shedder = new LoadShedder(100, alwaysBusy());
  const isShedding = (): boolean => shedder.check(performance.now()) !== undefined;
  const deadline = performance.now() + 20_000;
  try {
    assert.equal(isShedding(), false);
    while (!isShedding() && performance.now() < deadline) {
      const until = performance.now() + 600;
      while (performance.now() < until && !isShedding()) continue;
      await setImmediate();
    }
    assert.equal(isShedding(), true);
    while (isShedding() && performance.now() < deadline) await setImmediate();
    assert.equal(isShedding(), false, 'it is over with the first short turn');
  } finally {
    shedder.close();
  }
});

/** Work that takes the process's whole time. */
const BUSY: Route = {
  method: 'GET', path: '/busy', access: 'anyone', summary: '',
  handle: () => {
    const until = performance.now() + 5;
    while (performance.now() < until) continue;
    return { status: 200 };
  },
};

test('S23: a server that is asked more than it can do sheds with 503 and Retry-After, goes on with its work, and is itself again afterwards', async () => {
  const shedder = new LoadShedder(150, alwaysBusy());
  const deadline = performance.now() + 40_000;
  const seen = new Map<number, number>();
  const hasRetryAfter = new Set<boolean>();
  const count = (status: number): number => seen.get(status) ?? 0;
  try {
    await withServer([BUSY], async ({ url }) => {
      const ask = async (): Promise<number> => {
        const reply = await fetch(`${url}/busy`);
        await reply.arrayBuffer();
        if (reply.status === 503) hasRetryAfter.add(Number(reply.headers.get('retry-after')) >= 1);
        seen.set(reply.status, count(reply.status) + 1);
        return reply.status;
      };
      const isEnough = (): boolean => (count(503) >= 10 && count(200) >= 100) || performance.now() > deadline;
      await Promise.all(Array.from({ length: 60 }, async () => {
        while (!isEnough()) await ask();
      }));
      assert.ok(count(503) >= 10 && count(200) >= 100, JSON.stringify([...seen]));
      assert.deepEqual([[...seen.keys()].sort(), [...hasRetryAfter]], [[200, 503], [true]]);
      while ((await ask()) !== 200) assert.ok(performance.now() < deadline, 'it has not come back');
    }, { shedder });
  } finally {
    shedder.close();
  }
});
