import assert from 'node:assert/strict';
import { Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, ManualClock, SeededRandom, type IdWords, type Limits } from '@traffic-tacos/kernel';
import { createQueue, createQueueTables, type JoinAnswer, type OnSale, type OnSales, type PlaceReading, type QueueService, type QueueTables } from '@traffic-tacos/queue';
import { EmbeddedQueueStore } from '../src/adapters/embedded/queue-store.ts';
import type { TokenSpender } from '../src/ports/token-spender.ts';
import { ByteJournal } from './byte-journal.ts';

export const EVENT = 'evt_1';

/** The store of the waiting rooms over a journal of bytes and a clock that stands still. */
export interface QueueWorld {
  readonly store: EmbeddedQueueStore;
  readonly service: QueueService;
  readonly tables: QueueTables;
  readonly journal: ByteJournal;
  readonly clock: ManualClock;
  readonly units: Units;
  /** The event as the store sees it; change it at will. */
  sale: { -readonly [Name in keyof OnSale]: OnSale[Name] };
  settings: { perSecond: number; maxActive: number; seatsFactor: number; headroom: () => number };
  /** Timers of the service that wait to be run. */
  readonly timers: (() => void)[];
  /** Joins as a visitor, or with a label; answers the place. */
  join(label?: string, roles?: readonly string[]): Promise<PlaceReading>;
  tryJoin(label?: string): Promise<JoinAnswer>;
  /** Lets time pass in ticks, everybody among `polling` polling as they are told, and claiming their turn if they claim at all. */
  run(ms: number, polling?: readonly IdWords[], claims?: boolean): Promise<void>;
}

export function queueWorld(limits: Partial<Limits> = {}, earlier?: QueueWorld, spender?: TokenSpender): QueueWorld {
  const clock = earlier?.clock ?? new ManualClock();
  const journal = earlier?.journal ?? new ByteJournal();
  const tables = createQueueTables({ ...DEFAULT_LIMITS, ...limits });
  journal.recover(tables.all);
  const units = new Units(journal, 5);
  const sale = earlier?.sale ?? {
    eventId: EVENT, demandsAdmission: true, demandsAccount: false, policy: 'arrival', perSecond: undefined, maxActive: undefined, saleStartsAtMs: undefined,
    saleEndsAtMs: undefined, freeSeats: 1_000_000, isSoldOut: false,
  };
  const settings = earlier?.settings ?? { perSecond: 10, maxActive: 1_000, seatsFactor: 5, headroom: () => 1_000_000 };
  const find: OnSales['find'] = (eventId) => (eventId === sale.eventId ? sale : undefined);
  const onSales: OnSales = {
    find,
    learn: (eventId) => Promise.resolve(find(eventId)),
    moveSale: (_eventId, window) => () => {
      Object.assign(sale, window);
      return 'moved';
    },
  };
  const random = new SeededRandom(7);
  const timers: (() => void)[] = [];
  const scheduler = {
    after: (_delayMs: number, run: () => void) => {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
  };
  const keys = [{ number: 1, secret: Buffer.alloc(32, 7) }];
  // One object: what a test changes, the store and the service see.
  const service = createQueue({ tables, units, journal, onSales, keys, machine: { clock, random, scheduler }, settings: Object.assign(settings, { limits: { ...DEFAULT_LIMITS, ...limits } }), spender });
  const store = new EmbeddedQueueStore({ tables, units, clock, journal, onSales, random, settings, spender });
  tables.memory.startLeases(clock.nowMs());
  const tryJoin = (label?: string, roles: readonly string[] = []) => service.join({ eventId: EVENT, userId: undefined, roles, label });
  const run = async (ms: number, polling: readonly IdWords[] = [], claims = false): Promise<void> => {
    const dueAtMs = new Map<IdWords, number>(polling.map((key) => [key, 0]));
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      clock.advance(TICK_MS);
      for (const [key, atMs] of dueAtMs) {
        if (atMs > clock.nowMs()) continue;
        const reading = await store.poll(key);
        if (claims && reading?.status === 'ready') await store.enter(key);
        dueAtMs.set(key, clock.nowMs() + (reading?.pollAfterMs ?? Number.MAX_SAFE_INTEGER));
      }
      await store.tick();
    }
  };
  return {
    store, service, tables, journal, clock, units, sale, settings, timers, tryJoin, run,
    join: async (label, roles) => {
      const answer = await tryJoin(label, roles);
      return answer.kind === 'joined' ? answer.reading : assert.fail(answer.kind);
    },
  };
}

export const TICK_MS = 250;
