import { AsyncResource } from 'node:async_hooks';
import { addMs, durationMs, Unavailable, type BusEvent, type Clock, type DurationMs, type WakeUps } from '@traffic-tacos/kernel';
import { ByteReader } from '../bytes.ts';
import type { Disk } from '../disk.ts';
import { JournalDamaged } from '../errors.ts';
import { GroupFeed } from '../history/group-feed.ts';
import type { Journal } from '../journal.ts';
import type { Units } from '../unit.ts';
import type { OutboxSource, Publisher } from './outbox-source.ts';
import type { RelayPositionTable } from './relay-position-table.ts';

/** Groups are looked at together: a look costs a read of the disk, however little it finds. */
const GATHER_MS = durationMs(10);
/** Events handed over at one time. */
const BATCH = 256;
/** Where groups have nothing to relay, the position is written down so rarely that writing it down calls for no end of further looks. */
const NOTE_EVERY = 1_000;
/** How long to wait after a publisher that took nothing, again and again without end: its absence is nobody's fault. */
const WAITS_MS: readonly DurationMs[] = [1_000, 2_000, 4_000, 8_000, 16_000].map(durationMs);

export interface JournalRelayDeps {
  readonly journal: Pick<Journal, 'durableSequence' | 'firstSequence' | 'subscribe' | 'keepFrom'>;
  readonly disk: Disk;
  readonly units: Units;
  readonly position: RelayPositionTable;
  readonly sources: readonly OutboxSource[];
  readonly publisher: Publisher;
  readonly machine: { readonly clock: Clock; readonly wakeUps: WakeUps };
  readonly observe: {
    /** Told of events that are relayed, those among them that nobody wanted. */
    readonly onPublished: (events: number) => void;
    /** Told why nothing can be relayed at the moment. */
    readonly onTrouble: (cause: unknown) => void;
  };
}

/**
 * Relays the events that stand in the journal: a cursor over its durable groups. An event is handed over at least once, in no promised
 * order, and beside the requests that led to it, which never wait for it. Until it is taken the journal keeps its group, and nothing of it is
 * kept in memory: so an outbox record has no state that would have to be changed when it is published.
 */
export class JournalRelay {
  readonly #deps: JournalRelayDeps;
  readonly #sources = new Map<number, OutboxSource>();
  #feed: GroupFeed;
  /** The first group that the next process would read, whatever happens to this one. */
  #noted: number;
  /** The first group of which something may not have been handed over. */
  #relayed: number;
  #looking: Promise<void> | undefined;
  #isRunning = false;
  #callOff: (() => void) | undefined;
  #endPause: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  #behindSinceMs: number | undefined;
  #failures = 0;

  constructor(deps: JournalRelayDeps) {
    this.#deps = deps;
    for (const source of deps.sources) for (const type of source.recordTypes) this.#sources.set(type, source);
    this.#noted = deps.position.next ?? deps.journal.firstSequence;
    this.#relayed = this.#noted;
    this.#feed = new GroupFeed(deps.disk, this.#noted);
    deps.journal.keepFrom(() => this.#noted);
  }

  /** For how long the oldest group that waits has waited, in ms; 0 where none does. */
  get oldestAgeMs(): number {
    return this.#behindSinceMs === undefined ? 0 : Math.max(0, this.#deps.machine.clock.nowMs() - this.#behindSinceMs);
  }

  /** Everything of earlier groups has been taken, or nobody wanted it. */
  get relayedBefore(): number {
    return this.#relayed;
  }

  /** Begins where the last process left off. Throws `JournalDamaged` where the journal does not keep what is still to be relayed. */
  start(): void {
    const { journal } = this.#deps;
    if (this.#noted < journal.firstSequence) throw new JournalDamaged('the journal', 0, `group ${this.#noted} has not been relayed and is not kept any more`, 'restore');
    this.#isRunning = true;
    // A flush happens in the midst of some request, whose trace this is no part of.
    this.#unsubscribe = journal.subscribe({ flushed: AsyncResource.bind(() => this.#wake()) });
    if (journal.durableSequence >= this.#noted) this.#wake();
  }

  /** Resolves when nothing is under way any more. What was not taken, the next process hands over. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#unsubscribe?.();
    this.#callOff?.();
    this.#endPause?.();
    await this.#looking;
  }

  #wake(): void {
    if (!this.#isRunning) return;
    const { clock, wakeUps } = this.#deps.machine;
    this.#behindSinceMs ??= clock.nowMs();
    if (this.#looking !== undefined || this.#callOff !== undefined) return;
    this.#callOff = wakeUps.at(addMs(clock.nowMs(), GATHER_MS), () => {
      this.#callOff = undefined;
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
        if (this.#isBehind) this.#wake();
      });
    });
  }

  get #isBehind(): boolean {
    return this.#feed.next <= this.#deps.journal.durableSequence;
  }

  async #look(): Promise<void> {
    try {
      while (this.#isRunning && this.#isBehind) {
        const lookedAtMs = this.#deps.machine.clock.nowMs();
        await this.#relaySome();
        // What is left has come since: under traffic there is always something.
        if (this.#isRunning) this.#behindSinceMs = lookedAtMs;
      }
      this.#failures = 0;
      if (!this.#isBehind) this.#behindSinceMs = undefined;
    } catch (cause) {
      // What was read and not handed over is read again.
      this.#feed = new GroupFeed(this.#deps.disk, this.#noted);
      if (cause instanceof Unavailable) return this.#stopForGood();
      this.#deps.observe.onTrouble(cause);
      await this.#pause();
    }
  }

  /** The journal has failed, and with it this process: the next one goes on. */
  #stopForGood(): void {
    this.#isRunning = false;
    this.#unsubscribe?.();
  }

  async #relaySome(): Promise<void> {
    const { units, position, observe, journal } = this.#deps;
    const { events, seen } = await this.#read(journal.durableSequence);
    for (let at = 0; at < events.length; at += BATCH) {
      if (!(await this.#publish(events.slice(at, at + BATCH)))) return;
    }
    this.#relayed = Math.max(this.#relayed, this.#feed.next);
    if (seen === 0 && this.#feed.next - this.#noted < NOTE_EVERY) return;
    const { next } = this.#feed;
    await units.run((unit) => unit.write(position, position.after(next)));
    this.#noted = next;
    observe.onPublished(seen);
  }

  async #read(through: number): Promise<{ readonly events: readonly BusEvent[]; readonly seen: number }> {
    const { publisher } = this.#deps;
    const events: BusEvent[] = [];
    let passed = 0;
    const found = { wants: (type: string) => publisher.wants(type), add: (event: BusEvent) => void events.push(event), pass: () => void passed++ };
    let reader: ByteReader | undefined;
    let readsFrom: Buffer | undefined;
    await this.#feed.read(through, (type, layout, bytes, start, end) => {
      const source = this.#sources.get(type);
      if (source === undefined) return;
      if (reader === undefined || readsFrom !== bytes) reader = new ByteReader(bytes);
      readsFrom = bytes;
      reader.window(start, end);
      source.read(type, layout, reader, start, end, found);
    });
    return { events, seen: events.length + passed };
  }

  /** Hands the events over, and again those that were not taken, until all are; false where this stops before. */
  async #publish(events: readonly BusEvent[]): Promise<boolean> {
    let left = events;
    while (left.length > 0) {
      if (!this.#isRunning) return false;
      left = await this.#offer(left);
      if (left.length > 0) await this.#pause();
      else this.#failures = 0;
    }
    return true;
  }

  async #offer(events: readonly BusEvent[]): Promise<readonly BusEvent[]> {
    try {
      return await this.#deps.publisher.publish(events);
    } catch (cause) {
      if (!(cause instanceof Unavailable)) throw cause;
      this.#deps.observe.onTrouble(cause);
      return events;
    }
  }

  async #pause(): Promise<void> {
    if (!this.#isRunning) return;
    const { clock, wakeUps } = this.#deps.machine;
    const waitMs = WAITS_MS[Math.min(this.#failures++, WAITS_MS.length - 1)] ?? durationMs(16_000);
    await new Promise<void>((resolve) => {
      const callOff = wakeUps.at(addMs(clock.nowMs(), waitMs), resolve);
      this.#endPause = () => {
        callOff();
        resolve();
      };
    });
    this.#endPause = undefined;
  }
}
