import { isoInstant, ManualClock, SeededRandom, Unavailable, type BusEvent, type EpochMs } from '@traffic-tacos/kernel';
import type { Disk } from '../src/disk.ts';
import type { JournalLimits } from '../src/journal-options.ts';
import { openJournal, type OpenedJournal } from '../src/open-journal.ts';
import { JournalRelay } from '../src/relay/journal-relay.ts';
import type { OutboxSource, Publisher } from '../src/relay/outbox-source.ts';
import { RelayPositionTable } from '../src/relay/relay-position-table.ts';
import { eventLoop } from '../src/scheduler.ts';
import { ManualTimeSource, TallyTable, type Tally } from '../src/testing.ts';
import { Units } from '../src/unit.ts';
import { turns } from './on-sale.ts';

/** Wake-ups that come when a test says so. */
class ManualWakeUps {
  readonly #planned: { readonly atMs: number; readonly wake: () => void }[] = [];

  at(atMs: EpochMs, wake: () => void): () => void {
    const planned = { atMs, wake };
    this.#planned.push(planned);
    return () => void this.#planned.splice(this.#planned.indexOf(planned) >>> 0, 1);
  }

  get nextAtMs(): number | undefined {
    return this.#planned.length === 0 ? undefined : Math.min(...this.#planned.map(({ atMs }) => atMs));
  }

  wakeDue(nowMs: number): void {
    for (const planned of this.#planned.filter(({ atMs }) => atMs <= nowMs)) {
      this.#planned.splice(this.#planned.indexOf(planned), 1);
      planned.wake();
    }
  }
}

/** A publisher that keeps what it took, and does what the test says. */
export class KeptEvents implements Publisher {
  readonly taken: string[] = [];
  readonly offered: string[][] = [];
  /** Events that are not taken; all, where the publisher is away. */
  refuses: (id: string) => boolean = () => false;
  isAway = false;
  wants: Publisher['wants'] = () => true;

  async publish(events: readonly BusEvent[]): Promise<readonly BusEvent[]> {
    this.offered.push(events.map(({ detail }) => detail.id));
    if (this.isAway) throw new Unavailable('the bus is away');
    const left = events.filter(({ detail }) => this.refuses(detail.id));
    for (const event of events) if (!left.includes(event)) this.taken.push(event.detail.id);
    return left;
  }
}

/** Announces every change of a tally. */
const tallies = (table: TallyTable): OutboxSource => ({
  recordTypes: [table.recordType],
  read: (_type, layout, reader, _start, _end, found) => {
    const { key, version } = table.decode(layout, reader);
    const type = key % 2 === 0 ? 'tally.even' : 'tally.odd';
    if (!found.wants(type)) return found.pass();
    found.add({ source: 'tally', detailType: 'Tally Changed', detail: { id: `${key}.${version}`, type, version: 1, sequence: version, occurred_at: isoInstant(0 as EpochMs), trace_id: '' } });
  },
});

export interface Relayed extends OpenedJournal {
  readonly table: TallyTable;
  readonly units: Units;
  readonly relay: JournalRelay;
  readonly events: KeptEvents;
  readonly troubles: unknown[];
  /** Of the relay. */
  readonly relayClock: ManualClock;
  published: number;
  /** Sets each key, in an entry of its own that is on disk. */
  set(...keys: number[]): Promise<void>;
  /** Lets time pass, and whatever is due in it come to its end. */
  pass(ms: number): Promise<void>;
}

/** A journal with a relay over the disk, not started yet. */
export async function openRelayed(disk: Disk, limits: JournalLimits, events = new KeptEvents()): Promise<Relayed> {
  const table = new TallyTable(1);
  const position = new RelayPositionTable();
  const tables = [table, position as never];
  const opened = await openJournal({ disk, tables, limits, time: new ManualTimeSource(), scheduler: eventLoop, random: new SeededRandom(7) });
  const units = new Units(opened.journal, 5);
  const clock = new ManualClock();
  const wakeUps = new ManualWakeUps();
  const relayed = { published: 0, troubles: [] as unknown[] };
  const observe = { onPublished: (count: number) => void (relayed.published += count), onTrouble: (cause: unknown) => void relayed.troubles.push(cause) };
  const relay = new JournalRelay({ journal: opened.journal, disk, units, position, sources: [tallies(table)], publisher: events, machine: { clock, wakeUps }, observe });
  return Object.assign(relayed, {
    ...opened, table, units, relay, events, relayClock: clock,
    set: async (...keys: number[]) => {
      for (const key of keys) await units.run((unit) => unit.write(table as never, table.next(key, 1) satisfies Tally));
    },
    pass: async (ms: number) => {
      const endMs = clock.nowMs() + ms;
      await turns(30);
      for (let nextMs = wakeUps.nextAtMs; nextMs !== undefined && nextMs <= endMs; nextMs = wakeUps.nextAtMs) {
        clock.advance(Math.max(0, nextMs - clock.nowMs()));
        wakeUps.wakeDue(clock.nowMs());
        await turns(30);
      }
      clock.advance(endMs - clock.nowMs());
    },
  });
}
