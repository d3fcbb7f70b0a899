import { openJournal, eventLoop, Units, type RecordTable } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { DEFAULT_LIMITS, ManualClock, SeededRandom, Unavailable, type EpochMs, type Limits } from '@traffic-tacos/kernel';
import { createHealth, createLogger, createMetrics, type EdgeReply, type Refusal } from '@traffic-tacos/kit';
import { createWorkerTables } from '../src/adapters/embedded/tables.ts';
import type { EffectOutcome, Effects, ResultHint } from '../src/ports/effects.ts';
import { createWorker } from '../src/service.ts';

export const RSV = `rsv_${'0'.repeat(25)}1`;
export const PAY = `pay_${'0'.repeat(25)}2`;
export const TRACE = 'ab'.repeat(16);

class ManualWakeUps {
  readonly #planned = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  get nextAtMs(): number | undefined {
    return this.#planned.size === 0 ? undefined : Math.min(...[...this.#planned].map(({ atMs }) => atMs));
  }

  at(atMs: EpochMs, wake: () => void): () => void {
    const planned = { atMs, wake };
    this.#planned.add(planned);
    return () => void this.#planned.delete(planned);
  }

  wakeDue(nowMs: number): void {
    for (const planned of [...this.#planned].filter(({ atMs }) => atMs <= nowMs)) {
      this.#planned.delete(planned);
      planned.wake();
    }
  }
}

/** Effects that are counted, and do what the test says. */
class CountedEffects implements Effects {
  readonly asked: string[] = [];
  /** What a call comes to; throws where somebody is not there. */
  answer: (what: string) => EffectOutcome | Promise<EffectOutcome> = () => ({ kind: 'done' });

  endHold(reservationId: string): Promise<EffectOutcome> {
    return this.#have(`end ${reservationId}`);
  }

  followPayment({ type, paymentIntentId, messageId }: ResultHint): Promise<EffectOutcome> {
    return this.#have(`${type} ${messageId ?? paymentIntentId}`);
  }

  compensate({ kind, reservationId }: Parameters<Effects['compensate']>[0]): Promise<EffectOutcome> {
    return this.#have(`${kind} ${reservationId}`);
  }

  async #have(what: string): Promise<EffectOutcome> {
    this.asked.push(what);
    return this.answer(what);
  }
}

export const away = (): never => {
  throw new Unavailable('the store is away');
};

export type WorkerWorld = Awaited<ReturnType<typeof workerWorld>>;

/** A worker over a journal on a simulated disk. Time passes when the test says so. */
export async function workerWorld({ concurrency = 20, limits = DEFAULT_LIMITS, disk = new SimDisk({ seed: 1 }), clock = new ManualClock() }: { concurrency?: number; limits?: Limits; disk?: SimDisk; clock?: ManualClock } = {}) {
  const tables = createWorkerTables(limits);
  const { journal } = await openJournal({ disk, tables: tables.all as readonly RecordTable<unknown>[], limits, time: new ManualTimeSource(), scheduler: eventLoop, random: new SeededRandom(7) });
  const units = new Units(journal, 5);
  const wakeUps = new ManualWakeUps();
  const effects = new CountedEffects();
  const metrics = createMetrics({ processMetrics: false });
  const health = createHealth();
  const logger = createLogger({ service: 'test', level: 'silent', destination: 2 });
  const worker = createWorker({ tables, units, effects, machine: { clock, random: new SeededRandom(3), wakeUps }, health, metrics, settings: { concurrency, limits }, logger });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 40; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
  };
  const pass = async (ms: number): Promise<void> => {
    const endMs = clock.nowMs() + ms;
    await settle();
    for (let nextMs = wakeUps.nextAtMs; nextMs !== undefined && nextMs <= endMs; nextMs = wakeUps.nextAtMs) {
      clock.advance(Math.max(0, nextMs - clock.nowMs()));
      wakeUps.wakeDue(clock.nowMs());
      await settle();
    }
    clock.advance(endMs - clock.nowMs());
  };
  const ask = async (route: string, request: { readonly params?: Readonly<Record<string, string>>; readonly query?: Readonly<Record<string, unknown>>; readonly body?: string } = {}) => {
    const [method, path] = route.split(' ');
    const found = worker.routes.find((each) => each.method === method && each.path === path);
    if (found === undefined) throw new TypeError(`there is no ${route}`);
    const { params = {}, query = {}, body = '' } = request;
    return found.handle({ params, query, body: { bytes: Buffer.from(body) }, caller: undefined, idempotencyKey: undefined, traceId: TRACE, header: () => undefined, address: '127.0.0.1' });
  };
  return {
    tables, journal, units, effects, metrics, health, worker, clock, disk, settle, pass, ask,
    /** Queues a message as somebody who delivers by HTTP does. */
    send: (message: unknown) => ask('POST /v1/messages', { body: typeof message === 'string' ? message : JSON.stringify(message) }),
    /** The worker of the next process, on what is left of the disk. */
    next: () => workerWorld({ concurrency, limits, disk: disk.killed(2), clock }),
  };
}

/** An event in the envelope of EventBridge. */
export const resultOf = (sequence: number, type = 'payment.approved') => ({
  version: '0', id: `${PAY}.${sequence}`, 'detail-type': 'Payment Status Updated', source: 'payment.service', time: '2025-10-09T08:53:20.123Z',
  detail: { id: `${PAY}.${sequence}`, type, version: 1, sequence, occurred_at: '2025-10-09T08:53:20.123Z', trace_id: TRACE, reservation_id: RSV, payment_intent_id: PAY },
});

/** A wake-up in the flat shape. */
export const wakeUp = (id: string, type = 'reservation.hold.due') => ({ id, type, source: 'timer', detail: { reservationId: RSV }, time: '2025-10-09T08:53:20.123Z', trace_id: TRACE });

/** The fields of an answer that granted what was asked; none of a refusal. */
export const bodyOf = (reply: EdgeReply | Refusal): Readonly<Record<string, unknown>> => ('body' in reply && !Array.isArray(reply.body) ? { ...reply.body } : {});
