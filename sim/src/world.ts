import { readJournal, type StagedRecord } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { SeededRandom, Unavailable, type Clock } from '@traffic-tacos/kernel';
import { auditPlatform, viewOf, type ReconcilerAlarms, type ReconcileReport } from '@traffic-tacos/platform';
import type { SeatHolder } from '@traffic-tacos/reservation';
import { Followers } from './check/followers.ts';
import { GuaranteeBroken, must } from './check/breach.ts';
import { checkNothingLost } from './check/check-message.ts';
import { TableCheck } from './check/check-recovery.ts';
import { watchSeats } from './check/check-refusal.ts';
import { DecidingClock } from './check/deciding-clock.ts';
import { EntryWatch } from './check/entry-watch.ts';
import { Hearings } from './check/hearings.ts';
import { Ledger } from './check/ledger.ts';
import { Net } from './check/net.ts';
import { checkEverywhere, checkLeftBehind } from './check/past.ts';
import { Waiters } from './check/waiters.ts';
import { LeavingWatch } from './check/leaving.ts';
import { Agenda, type Happening } from './machine/agenda.ts';
import { Delivery } from './machine/delivery.ts';
import { SimHistoryFile, type TakenAway } from './machine/history-file.ts';
import { boot, startServices, type Doors, type Incarnation } from './machine/incarnation.ts';
import type { Planting } from './machine/planting.ts';
import { Receivers } from './machine/receivers.ts';
import { createOutside } from './machine/settings.ts';
import { hasHistory } from './machine/sim-history.ts';
import { eventIdsOf, firstDocument } from './play/catalogue.ts';
import { comeBackAll } from './play/follow.ts';
import { nothingCounted, type Counted } from './run/counted.ts';

/** Microtasks after which nothing runs any more without an event: the longest chain of a request between two waits is shorter. */
const SETTLED_TICKS = 24;
/** More than I3 gives a payment to become an order or to go back. */
const SETTLE_MS = 6_000;
/** The longest pause before another attempt, after something was away. */
const BACK_OFF_MS = 16_000;

const DONE = Promise.resolve();

/** Streams of random numbers of their own, so that dropping a step changes no other step's draws. */
const STREAM = { ids: 0x1d5, disk: 0xd15c, cut: 0xc07, settling: 0x5e77 } as const;

/** The platform, the machine that it runs on, and everything that anybody outside remembers. */
export class World {
  readonly seed: number;
  readonly time = new ManualTimeSource();
  agenda = new Agenda();
  readonly delivery = new Delivery(() => this.agenda.messages.latency());
  readonly watch = new EntryWatch(this.delivery.poison);
  readonly ledger = new Ledger();
  readonly waiters = new Waiters();
  readonly net = new Net();
  readonly followers = new Followers();
  readonly receivers = new Receivers(() => this.agenda.messages.latency());
  /** Undefined in worlds where everything stays in memory. */
  readonly history: SimHistoryFile | undefined;
  /** A file of some time ago, in somebody's hands. */
  historyCopy: TakenAway | undefined;
  readonly #leaving: LeavingWatch;
  readonly #hearings = new Hearings();
  readonly #tableCheck = new TableCheck();
  readonly #planting: Planting;
  readonly #ids: SeededRandom;
  readonly #cuts: SeededRandom;
  readonly #settling: SeededRandom;
  readonly #failedPolicy: 'keep' | 'release';
  readonly #outside = createOutside();
  /** What happened, in words; undefined where nobody reads it. */
  readonly trace: string[] | undefined;
  /** Stands for the whole trace: equal for equal runs. */
  digest = 0x811c9dc5;
  step = 0;
  /** Events so far: things that the scheduler has let happen, with a check after each. */
  events = 0;
  disk: SimDisk;
  #process: Incarnation | undefined;
  /** Requests and answers of earlier lives lead nowhere. */
  #life = 0;
  readonly #deciding = new DecidingClock(this.time);
  #stepsSinceFailure = 0;
  broken: unknown;
  readonly counted = nothingCounted();

  constructor(seed: number, planting: Planting, isTraced: boolean) {
    this.seed = seed;
    this.#planting = planting;
    this.trace = isTraced ? [] : undefined;
    this.#ids = new SeededRandom(seed ^ STREAM.ids);
    this.#cuts = new SeededRandom(seed ^ STREAM.cut);
    this.#settling = new SeededRandom(seed ^ STREAM.settling);
    this.history = hasHistory(seed) ? new SimHistoryFile(planting.historyFile) : undefined;
    this.#leaving = new LeavingWatch(this.watch.books, (cause) => this.fail(cause));
    this.#failedPolicy = (seed & 3) === 0 ? 'release' : 'keep';
    this.disk = new SimDisk({ seed: seed ^ STREAM.disk, latency: () => this.agenda.operations.latency(), removed: (name, left) => this.attempt(() => this.#leaving.removed(name, left, this.history, this.#process?.tables)) });
  }

  countedNow(): Counted {
    return { ...this.counted, soldOut: this.watch.rooms.soldOut, segments: this.#leaving.segments, moved: this.counted.moved + (this.#process?.history?.moved ?? 0) };
  }

  get doors(): Doors {
    return this.process.doors;
  }

  get process(): Incarnation {
    if (this.#process === undefined) throw new GuaranteeBroken('simulator', 'process', 'nothing runs');
    return this.#process;
  }

  get clock(): Clock {
    return this.process.clock;
  }

  /** A number for whatever is not to change other steps' draws: seeds of power cuts. */
  cutSeed(): number {
    return this.#cuts.u32();
  }

  usedBytes(): number {
    return this.disk.usedBytes;
  }

  /** The first start, and the catalogue. */
  async open(): Promise<void> {
    await this.start();
    for (const id of eventIdsOf(this.seed)) {
      const document = this.#planting.event?.(firstDocument(id)) ?? firstDocument(id);
      const outcome = await this.drive(this.doors.inventory.putEvent(document));
      must(outcome.kind === 'event_created', 'simulator', id, outcome.kind);
    }
    this.agenda.close();
  }

  /** Recovers what is on the disk. Rejects as `openJournal` does. */
  async start(): Promise<void> {
    this.agenda.open();
    const { disk, time, delivery } = this;
    const watch = { entry: (records: readonly StagedRecord[]) => this.#entry(records), seats: (right: SeatHolder, clock: Clock) => watchSeats(right, clock, { watch: this.watch, memory: () => this.#process?.tables.inventory, attempt: (check) => this.attempt(check) }), timerRan: () => this.attempt(() => this.watch.timerRan()), broken: (cause: unknown) => this.fail(cause), hears: this.#hears, leaving: this.#leaving.watched };
    const process = await this.drive(
      boot({ disk, time, random: this.#ids, outside: this.#outside, failedPolicy: this.#failedPolicy, planting: this.#planting, watch, delivery, receivers: this.receivers, historyFile: this.history, latency: () => this.agenda.messages.latency() }),
    );
    this.#process = process;
    this.counted.boots++;
    this.#recovered(process);
    const started = startServices(process, this.#alarms(process), (cause) => this.fail(cause));
    if (started !== undefined) await this.drive(started);
  }

  /** What the reconciler of a process tells. */
  #alarms({ clock, journal }: Incarnation): ReconcilerAlarms {
    return {
      breached: ({ kind, subject, detail }) => this.fail(new GuaranteeBroken('reconciler', subject, `${kind}: ${detail}`)),
      failed: (cause) => this.fail(cause),
      settled: (difference) => {
        this.note(() => `${difference.outcome}: ${difference.kind} ${difference.subject}`);
        // Whoever cannot write any more can put nothing right, and ends.
        if (journal.failure === undefined && !this.disk.isOff) this.attempt(() => this.net.settled(this.watch.books, difference, clock.nowMs()));
      },
    };
  }

  /** The newest group on the disk, as a start would find it. */
  async lastGroup(): Promise<number> {
    this.agenda.open();
    const report = await this.drive(readJournal(this.disk));
    return report.kind === 'read' ? report.lastSequence : 0;
  }

  /**
   * A start that failed had found the journal up to this group. It may have written a group of its own after it, a stamp, so that what stood
   * beyond and was lost is not to be looked for any more.
   */
  forgetBeyond(group: number): void {
    this.counted.entriesLost += this.watch.books.forgetBeyond(group);
  }

  /** The process is no more: nobody is answered. */
  die(): void {
    this.#life++;
    this.counted.moved += this.#process?.history?.moved ?? 0;
    this.#process = undefined;
    this.history?.die();
    this.net.wakes();
    this.followers.loseAll();
    this.agenda = new Agenda();
  }

  /**
   * A request arrives. Its answer is on its way from the instant at which it is given, which `answered` hears too, and comes later, unless the process is no
   * more or the answer is lost.
   */
  ask<A>(what: () => string, answer: Promise<A>, answered: (answer: A, atMs: number) => string): void {
    const life = this.#life;
    const asked = this.step;
    this.events++;
    this.counted.requests++;
    this.note(what);
    answer.then(
      (value) => {
        if (life !== this.#life) return;
        const atMs = this.clock.nowMs();
        this.agenda.answer(() => this.attempt(() => {
          this.counted.answers++;
          const outcome = answered(value, atMs);
          this.#mark(outcome.length * 31 + outcome.charCodeAt(0));
          this.note(() => `  answer to step ${asked}: ${outcome}`);
        }));
      },
      (error: unknown) => {
        if (life !== this.#life) return;
        this.counted.unknown++;
        if (!(error instanceof Unavailable)) this.fail(error);
        this.note(() => `  step ${asked} is not answered: ${String(error)}`);
      },
    );
  }

  /** Something happens that is no request: time passes, or something breaks down. */
  happens(what?: () => string): void {
    this.events++;
    if (what !== undefined) this.note(what);
  }

  /** Lets one of all that is under way come to its end; which one, `choice` says. False where nothing is. */
  takeOne(choice: number): boolean {
    const happening = this.agenda.take(this.process, choice);
    if (happening === undefined) return false;
    // A request that arrives counts itself.
    if (happening !== 'request') this.events++;
    if (happening in this.counted) this.counted[happening as Exclude<Happening, 'request' | 'answer'>]++;
    return true;
  }

  /** Adds a line to the trace. The line is only put together where somebody reads it. */
  note(line: () => string): void {
    this.trace?.push(`${this.step} ${this.#process === undefined ? '-' : this.#process.clock.nowMs()} ${line()}`);
  }

  fail(cause: unknown): void {
    this.broken ??= cause;
  }

  /** What belongs to the end of each event: some of what it has set off runs, and what was touched is checked. */
  async endEvent(): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    for (let left = 1 + (this.events & 7); left > 0; left--) await DONE;
    this.#mark(process.clock.nowMs() & 0xffff);
    try {
      this.#checkCheaply(process);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Whether the process has gone on for more than so many steps after its journal failed. */
  outlivesFailure(steps: number): boolean {
    this.#stepsSinceFailure = this.#process?.journal.failure === undefined ? 0 : this.#stepsSinceFailure + 1;
    return this.#stepsSinceFailure > steps;
  }

  /**
   * Lets everything that is under way come to its end, event by event, and time pass in which payments must have had their effects; then checks all. Answers
   * false where the power went or the journal failed on the way: another process must take it from there.
   */
  async settle(): Promise<boolean> {
    const restsFromMs = this.clock.nowMs() + (this.delivery.isTroubled ? BACK_OFF_MS : 0);
    const endMs = restsFromMs + SETTLE_MS;
    this.delivery.calm();
    this.process.historyThread?.goOn();
    if (this.history !== undefined) this.history.isBusy = false;
    this.receivers.calm();
    this.net.restsFrom(restsFromMs);
    comeBackAll(this);
    for (;;) {
      this.#deliverAll();
      await this.#quieten();
      const nowMs = this.clock.nowMs();
      if (nowMs >= endMs) break;
      this.time.advance(Math.max(1, Math.min(this.process.timers.nextAtMs ?? endMs, endMs) - nowMs));
    }
    const isOver = this.disk.isOff || this.process.journal.failure !== undefined;
    if (!isOver) await this.#checkNothingDiffers();
    this.net.wakes();
    if (isOver) return false;
    this.delivery.isTroubled = false;
    this.attempt(() => this.#checkEverything());
    return true;
  }

  /** A walk through everything, which finds nothing any more. */
  async #checkNothingDiffers(): Promise<void> {
    const walk: { report?: ReconcileReport } = {};
    this.process.services.reconciler.run().then((report) => (walk.report = report), (cause: unknown) => this.fail(cause));
    await this.#quieten();
    this.attempt(() => this.net.checkAtRest(walk.report));
  }

  /** What is late is on its way to the worker once more. */
  #deliverAll(): void {
    const { delivery, agenda } = this;
    for (let left = delivery.underWay; left > 0; left--) {
      agenda.request(() => {
        this.happens();
        delivery.deliver(this.doors.bus, 0)?.catch((error: unknown) => this.fail(error instanceof Unavailable ? undefined : error));
      });
    }
  }

  /** Resolves when nothing is under way any more, and what runs waits for nothing but time. */
  async #quieten(): Promise<void> {
    do {
      while (this.takeOne(this.#settling.u32())) await this.endEvent();
      await ticks(SETTLED_TICKS);
    } while (this.agenda.isBusy(this.process));
  }

  /** Waits for a promise while turns end and the disk works. */
  async drive<T>(promise: Promise<T>): Promise<T> {
    const life = this.#life;
    const state = { isDone: false };
    const done = promise.finally(() => (state.isDone = true));
    done.catch(ignore);
    for (let round = 0; !state.isDone && round < 100_000 && life === this.#life; round++) {
      this.#process?.turns.runTurn();
      await ticks(4);
    }
    must(state.isDone, 'simulator', 'drive', 'something never came to its end');
    return done;
  }

  readonly #hears = (message: { readonly webhookId: string; readonly body: string }): string => {
    let eventId = '';
    this.attempt(() => (eventId = this.#hearings.arrives(this.watch.books, message)));
    this.note(() => `  a receiver hears of ${eventId}`);
    return eventId;
  };

  #entry(records: readonly StagedRecord[]): void {
    this.attempt(() => this.watch.entry(records));
  }

  /** I4: every group that was on disk has survived, whole; what had not been on disk is there whole or not at all. */
  #recovered(process: Incarnation): void {
    const { books } = this.watch;
    const { lastSequence } = process.found;
    this.attempt(() => {
      must(lastSequence >= books.durableSequence, 'I4', `group ${books.durableSequence}`, () => `was on disk, and the journal ends at ${lastSequence}`);
      this.counted.entriesLost += books.rollBackTo(lastSequence);
      this.watch.follow(process);
      this.ledger.checkAgainst(books);
      this.waiters.checkAgainst(books);
      this.#tableCheck.check(books, process.tables, process.clock, this.history);
      if (this.history !== undefined) checkLeftBehind(books, process.tables);
      this.#deciding.goesOn(process.clock, lastSequence);
    });
    this.happens(() => `the process runs, from group ${lastSequence}`);
  }

  #checkCheaply({ clock, tables }: Incarnation): void {
    this.#deciding.check(clock);
    this.watch.seats.checkTouched(tables.inventory);
  }

  #checkEverything(): void {
    const { tables, clock } = this.process;
    const { breaches } = auditPlatform(viewOf(tables, clock.nowMs()), clock.nowMs());
    const [first] = breaches;
    if (first !== undefined) throw new GuaranteeBroken(first.invariant, first.subject, first.detail);
    this.#tableCheck.check(this.watch.books, tables, clock, this.history);
    if (this.history !== undefined) checkEverywhere(this.watch.books, tables);
    checkNothingLost(this.watch.books);
    this.watch.rooms.checkSlotsReturned(this.watch.books, clock.nowMs());
    this.watch.rooms.checkAllAreTold(tables);
    this.followers.checkAtRest(this.watch.books, clock.nowMs());
    this.#hearings.checkAtRest(this.watch.books, this.watch.factsAtMs, this.process, this.receivers);
  }

  /** Runs a check where nothing may be thrown: inside of the platform. */
  attempt(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.fail(error);
    }
  }

  #mark(value: number): void {
    this.digest = Math.imul(this.digest ^ value, 0x01000193) >>> 0;
  }
}

/** Lets what is ready run so many times. Waiting for one and the same promise makes no other. */
async function ticks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await DONE;
}

/** Told elsewhere, or nobody's concern. */
function ignore(): void {}
