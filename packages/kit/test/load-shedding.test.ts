import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { LoadShedder } from '../src/protection/load-shedder.ts';
import { GAUGE_PERIOD_MS, LoadGauge } from '../src/protection/load-gauge.ts';
import type { Route } from '../src/index.ts';
import { withServer } from '../src/testing.ts';
import { codeOf, ROUTES } from './sample-routes.ts';

const CROWD = 16;
/** Ten seconds' worth at a request each 250 ms: far more than any machine needs to get from the making of a gauge to the first question. */
const WAITING = 40;

interface Turn {
  readonly lateMs: number;
  readonly requests?: number;
  /** Of the processor. */
  readonly share?: number;
}

/** A gauge after these turns, and the time. */
function gaugeAfter(turns: readonly (number | Turn)[]): { readonly gauge: LoadGauge; readonly nowMs: number } {
  let nowMs = 10_000;
  let busyMs = 0;
  const gauge = new LoadGauge(nowMs, () => busyMs);
  for (const turn of turns) {
    const { lateMs, requests = CROWD, share = 1 } = typeof turn === 'number' ? { lateMs: turn } : turn;
    admit(gauge, nowMs, Number.POSITIVE_INFINITY, requests);
    nowMs += GAUGE_PERIOD_MS + lateMs;
    busyMs += (GAUGE_PERIOD_MS + lateMs) * share;
    gauge.tell(nowMs);
  }
  return { gauge, nowMs };
}

/** How many of a great crowd are let in at one instant, so many ms after these turns, where a request may wait so long. */
function letInAfter(turns: readonly (number | Turn)[], { shedAfterMs, afterMs = 0, crowd = 5_000 }: { readonly shedAfterMs: number; readonly afterMs?: number; readonly crowd?: number }): number {
  const { gauge, nowMs } = gaugeAfter(turns);
  return admit(gauge, nowMs + afterMs, shedAfterMs, crowd);
}

function admit(gauge: LoadGauge, nowMs: number, shedAfterMs: number, crowd: number): number {
  let letIn = 0;
  for (let i = 0; i < crowd; i++) {
    if (gauge.waitOfRequest(nowMs) > shedAfterMs) gauge.sentAway(nowMs);
    else {
      gauge.letIn();
      letIn++;
    }
  }
  return letIn;
}

const ALL = 5_000;
/** A thousand requests in two seconds, of which the loop was late for nearly as long. */
const OVERLOAD: Turn = { lateMs: 2_000 - GAUGE_PERIOD_MS, requests: 1_000 };

describe('the expected wait', () => {
  it('is none while turns are short, and none in the first long turn: S4, a thousand at once at a fresh process are not sent away', () => {
    assert.equal(letInAfter([0, 5, 90, 40], { shedAfterMs: 1 }), ALL);
    assert.equal(letInAfter([], { shedAfterMs: 1, afterMs: 30_000 }), ALL);
    assert.equal(letInAfter([{ lateMs: 400, requests: 1_000 }], { shedAfterMs: 1 }), ALL, 'the rest of a burst, in the turn after');
  });

  it('S23: is that of all who were let in before, at the rate at which they were served: of each turn so many are let in, and not none and not all', () => {
    assert.equal(letInAfter([OVERLOAD], { shedAfterMs: 1_000 }), 501, 'half a request a ms, for the second that one may wait');
    assert.equal(letInAfter([OVERLOAD], { shedAfterMs: 100 }), 51);
  });

  it('S23: goes down with the time, somewhat slower than they are served while the loop is late, so that whoever waits unseen gets a turn', () => {
    const { gauge, nowMs } = gaugeAfter([OVERLOAD]);
    admit(gauge, nowMs, 1_000, ALL);
    assert.equal(admit(gauge, nowMs + 200, 1_000, ALL), 90, 'nine tenths of a hundred');
  });

  it('S23: is none once nobody was sent away for ten seconds, and a crowd of before does not count', () => {
    assert.equal(letInAfter([OVERLOAD], { shedAfterMs: 100, afterMs: 9_999 }), 51);
    assert.equal(letInAfter([OVERLOAD], { shedAfterMs: 100, afterMs: 10_000 }), ALL);
    assert.equal(letInAfter([OVERLOAD, { lateMs: 10, requests: 0 }], { shedAfterMs: 100 }), 51, 'one short turn is no end: those who were sent away come back');
  });

  it('is none where few asked, one after the other, for what takes long: an organizer who imports large events', () => {
    assert.equal(letInAfter([{ lateMs: 4_000, requests: 1 }, { lateMs: 4_000, requests: CROWD - 1 }], { shedAfterMs: 1 }), ALL);
    assert.ok(letInAfter([{ lateMs: 4_000, requests: CROWD }], { shedAfterMs: 1 }) < ALL);
  });

  it('is none where the process itself was kept from the processor, or was asleep', () => {
    assert.equal(letInAfter([{ lateMs: 4_000, share: 0.3 }, { lateMs: 4_000, share: 0.4 }], { shedAfterMs: 1 }), ALL);
    assert.ok(letInAfter([{ lateMs: 4_000, share: 0.6 }], { shedAfterMs: 1 }) < ALL);
  });

  it('follows the rate as it changes', () => {
    const faster = { lateMs: 0, requests: 100 };
    const letIn = letInAfter([OVERLOAD, ...Array.from({ length: 30 }, () => faster)], { shedAfterMs: 1_000, afterMs: 1_000 });
    assert.ok(letIn > 1_900 && letIn <= 2_001, `two requests a ms: ${letIn}`);
  });
});

/** A thread that is never kept waiting, however busy the machine is. */
const alwaysBusy = (): LoadGauge => new LoadGauge(performance.now(), () => performance.now());

/** A gauge in the middle of an overload, by the clock of the process: a request each 250 ms is served, and so many wait. */
function overloaded(waiting: number): LoadGauge {
  const nowMs = performance.now();
  let busyMs = 0;
  const gauge = new LoadGauge(nowMs - 4_000, () => busyMs);
  for (let i = 0; i < CROWD; i++) gauge.letIn();
  busyMs = 4_000;
  gauge.tell(nowMs);
  gauge.waitOfRequest(nowMs);
  for (let i = 0; i < waiting; i++) gauge.letIn();
  return gauge;
}

/** As the shedder is while the loop is busy: nobody tells its gauge that the time has come. */
async function withOverload(shedAfterMs: number, body: Parameters<typeof withServer>[1]): Promise<void> {
  const shedder = new LoadShedder(shedAfterMs, overloaded(WAITING));
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
    const shedder = new LoadShedder(shedAfterMs, overloaded(WAITING));
    shedder.close();
    let statuses: readonly number[] = [];
    await withServer(routes, async ({ server }) => {
      statuses = await Promise.all(routes.map(async ({ path }) => (await server.inject({ method: 'POST', path })).status));
    }, { shedder });
    return statuses;
  };
  assert.deepEqual([await statusesAt(5_000), await statusesAt(1)], [[503, 200], [503, 503]]);
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
