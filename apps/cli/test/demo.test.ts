import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'node:test';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

/** A sale takes its time, and on a busy machine some more. */
const SALE_LIMIT_MS = 200_000;

interface Report {
  readonly users: number;
  readonly orders: number;
  readonly payments: Readonly<Record<'approved' | 'failed' | 'unanswered' | 'refunded', number>> & { readonly late: { readonly bought: number; readonly refunded: number } };
  readonly places: Readonly<Record<'capacity' | 'free' | 'held' | 'sold', number>>;
  readonly waitingRoom: Readonly<Record<'joined' | 'admitted' | 'mostInside' | 'ceiling' | 'perSecond' | 'turns', number>> & { readonly positions: { readonly shown: number; readonly grown: number } };
  readonly steps: readonly { readonly step: string; readonly answers: number; readonly p50Ms: number; readonly p99Ms: number }[];
  readonly verdict: readonly { readonly isSo: boolean; readonly says: string }[];
  readonly green: boolean;
}

describe('tacos demo', () => {
  const dataDir = scratchDirectory({ after });
  const emptyDir = scratchDirectory({ after });
  let platform: RunningPlatform;

  before(async () => {
    platform = await startUp(dataDir);
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('S4, I8, I9: brings a platform of its own where none runs, goes through its waiting room, and is green: sold within capacity, no seat twice, nothing lost', async () => {
    const { code, stdout, stderr } = await tacos(['demo', '--quick'], settingsFor(emptyDir), SALE_LIMIT_MS);
    assert.equal(code, 0, stdout);
    assert.match(stderr, /No platform runs in/);
    assert.match(stdout, /Flash sale evt_demo_\w+: 400 people/);
    assert.match(stdout, /in line +[\d,]+ waited: [\d,]+ let in/);
    assert.match(stdout, /waits +p50 \d+ s, p90 \d+ s, p99 \d+ s, longest \d+ s/);
    assert.match(stdout, /positions [\d,]+ shown, none grew/);
    assert.match(stdout, /etas +[\d,]+ shown as intervals; (of [\d,]+ to people whose turn came, \d+ % held what came true|nobody with one had a turn)/);
    assert.match(stdout, /✔ never more people inside than the ceiling: at most [\d,]+ of 100/);
    assert.match(stdout, /✔ nobody got seats past the line: 0 of [1-9]/);
    assert.match(stdout, /✔ everybody got through, and somebody bought: 400 of 400/);
    assert.match(stdout, /payments +[\d,]+ approved, [\d,]+ failed, [\d,]+ never answered, [\d,]+ refunded on request, [\d,]+ late \([\d,]+ with their seats, [\d,]+ refunded\)/);
    assert.match(stdout, /✔ who paid at the last moment has an order or the money back/);
    assert.match(stdout, /✔ holds that were left have ended by themselves/);
    assert.match(stdout, /✔ audit of the data directory: green over [\d,]+ records/);
    assert.match(stdout, /GREEN/);
    assert.doesNotMatch(stdout, /✖/);
  });

  it('plays against the running platform, reports as JSON, and leaves its event there', async () => {
    const { code, stdout } = await tacos(['demo', '--quick', '--users', '120', '--seed', '7', '--json'], platform.settings, SALE_LIMIT_MS);
    const report: Report = JSON.parse(stdout);
    assert.equal(code, 0, stdout);
    assert.equal(report.green, true);
    assert.equal(report.users, 120);
    assert.ok(report.orders > 0);
    const listed = async (...words: readonly string[]) => (await tacos(['events', 'list', ...words], platform.settings)).stdout.includes('evt_demo_');
    assert.deepEqual([await listed(), await listed('--all')], [false, true], 'in no list but that of all');
    assert.equal((await (await fetch(`${platform.addresses.gateway}/api/v1/events`)).text()).includes('evt_demo_'), false);
    assert.ok(report.payments.approved > 0 && report.payments.failed >= 0, JSON.stringify(report.payments));
    const { capacity, free, held, sold } = report.places;
    assert.equal(free + held + sold, capacity);
    const { joined, admitted, positions, mostInside, ceiling, perSecond, turns } = report.waitingRoom;
    assert.ok(joined > admitted && admitted > 0 && turns >= admitted, JSON.stringify(report.waitingRoom));
    assert.deepEqual([positions.grown, mostInside <= ceiling, ceiling, perSecond], [0, true, 30, 6]);
    assert.deepEqual(report.steps.map(({ step }) => step).filter((step) => step !== 'jump').slice(0, 5), ['join', 'wait', 'enter', 'look', 'hold']);
    for (const { answers, p50Ms, p99Ms } of report.steps) assert.ok(answers > 0 && p50Ms <= p99Ms);
    assert.match((await platform.tacos('events', 'list', '--all')).stdout, new RegExp(`evt_demo_\\w+ .* ${sold} +0 +ended`));
  });

  it('is red, with exit code 1, when the platform dies in the middle', async () => {
    const sale = tacos(['demo', '--users', '700'], platform.settings, SALE_LIMIT_MS);
    await firstHold(platform);
    await platform.stop('SIGKILL');
    const { code, stdout, stderr } = await sale;
    assert.equal(code, 1);
    assert.doesNotMatch(stdout, /GREEN/);
    assert.match(stderr, /Nobody answers/);
  });

  for (const words of [['--users', '0'], ['--users', 'many'], ['--seed', '-1'], ['--users', '1000000']]) {
    it(`refuses wrong usage with exit code 2: ${words.join(' ')}`, async () => {
      assert.equal((await tacos(['demo', ...words], settingsFor(emptyDir))).code, 2);
    });
  }
});

/** Resolves when somebody holds a place of the second sale. */
async function firstHold({ addresses }: RunningPlatform): Promise<void> {
  const giveUp = AbortSignal.timeout(SALE_LIMIT_MS);
  for (let isOn = false; !isOn; ) {
    assert.ok(!giveUp.aborted, 'nobody has held a place in time');
    const { events }: { readonly events: readonly { readonly sections: readonly { readonly held: number }[] }[] } = JSON.parse(
      await (await fetch(`${addresses.inventory}/v1/events?all=true`)).text(),
    );
    isOn = events.length === 2 && events[1]?.sections.some(({ held }) => held > 0) === true;
  }
}
