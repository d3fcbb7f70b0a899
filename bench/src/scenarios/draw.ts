import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { createSystemTimeSource, eventLoop, openFileDisk, openJournal, Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, epochMs } from '@traffic-tacos/kernel';
import { createPooledRandom } from '@traffic-tacos/kit';
import { createQueue, createQueueTables, DEFAULT_ADMISSION, type OnSale, type QueueService } from '@traffic-tacos/queue';
import { rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const EVENT = 'evt_draw';
const PEOPLE = 1_000_000;
const QUICK_PEOPLE = 20_000;
/** People who join at one time. */
const AT_ONCE = 5_000;
const LOOK_EVERY_MS = 5;
const NS_PER_MS = 1e6;
const US_PER_MS = 1e3;
/** The sale has not begun before that. */
const FAR_AWAY = epochMs(Date.parse('2999-01-01T00:00:00Z'));

/** A draw among everybody who is in line at the opening, on the thread that decides, over a journal on disk. */
export const draw: Scenario = {
  name: 'draw',
  summary: 'the verifiable draw of a million people at the opening: how long the deciding thread is kept from anything else, in ms',
  bars: [{ figure: 'longest_turn_cpu_ms', atMost: 50 }],
  run: measure,
};

async function measure({ quick, log }: RunOptions): Promise<Figures> {
  const people = quick ? QUICK_PEOPLE : PEOPLE;
  const directory = await mkdtemp(join(tmpdir(), 'tacos-bench-draw-'));
  try {
    const tables = createQueueTables(DEFAULT_LIMITS);
    const random = createPooledRandom();
    const { journal, clock } = await openJournal({ disk: await openFileDisk(directory), tables: tables.all, limits: DEFAULT_LIMITS, time: createSystemTimeSource(), scheduler: eventLoop, random });
    const sale = { saleStartsAtMs: FAR_AWAY as OnSale['saleStartsAtMs'] };
    const turns = new Turns();
    const queue = createQueue({
      tables, units: new Units(journal, DEFAULT_LIMITS.decideAttempts), journal, keys: [{ number: 1, secret: Buffer.alloc(32, 7) }],
      onSales: { find: () => ({ ...TERMS, ...sale }), learn: () => Promise.resolve({ ...TERMS, ...sale }), moveSale: () => () => 'moved' },
      machine: { clock, random, scheduler: { after: (delayMs, run) => turns.after(delayMs, run) } },
      settings: { ...DEFAULT_ADMISSION, headroom: () => Number.MAX_SAFE_INTEGER, limits: DEFAULT_LIMITS },
    });
    await fill(queue, people);
    log(`${people} people are in line`);
    queue.start({ onFailure: (cause) => log(String(cause)) });
    // Everybody has been heard of just now, as people are who wait for an opening.
    for (let row = 0; row < tables.memory.rows.highWater; row++) tables.memory.rows.heard(row, clock.nowMs(), 60_000);
    const figures = await open(queue, sale, turns);
    await queue.stop();
    await journal.close();
    return { people, ...figures };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const TERMS: Omit<OnSale, 'saleStartsAtMs'> = {
  eventId: EVENT, demandsAdmission: true, demandsAccount: false, policy: 'draw', perSecond: undefined, maxActive: undefined, saleEndsAtMs: undefined, freeSeats: 100_000, isSoldOut: false,
};

async function fill(queue: QueueService, people: number): Promise<void> {
  const visitor = { eventId: EVENT, userId: undefined, roles: [], label: undefined };
  for (let joined = 0; joined < people; joined += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, () => queue.join(visitor)));
}

/** Opens the sale, and waits until a second after everybody has their place. */
async function open(queue: QueueService, sale: { saleStartsAtMs: OnSale['saleStartsAtMs'] }, turns: Turns): Promise<Figures> {
  const loop = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  await wait(1_000);
  turns.forget();
  loop.enable();
  const openedMs = performance.now();
  sale.saleStartsAtMs = undefined;
  while ((queue.room(EVENT)?.room.draw?.heldAtMs ?? 0) === 0) await wait(LOOK_EVERY_MS);
  const drawnMs = performance.now() - openedMs;
  await wait(1_000);
  loop.disable();
  return { drawn_ms: rounded(drawnMs), turns: turns.count, longest_turn_cpu_ms: rounded(turns.longestCpuMs, 1), loop_max_ms: rounded(loop.max / NS_PER_MS, 1), loop_p99_ms: rounded(loop.percentile(99) / NS_PER_MS, 1) };
}

/** Timers whose turns are measured on the processor: what others on the machine take is not theirs. */
class Turns {
  count = 0;
  longestCpuMs = 0;

  forget(): void {
    this.count = 0;
    this.longestCpuMs = 0;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = setTimeout(() => {
      const before = process.threadCpuUsage();
      run();
      const { user, system } = process.threadCpuUsage(before);
      this.count++;
      this.longestCpuMs = Math.max(this.longestCpuMs, (user + system) / US_PER_MS);
    }, delayMs);
    return () => clearTimeout(timer);
  }
}
