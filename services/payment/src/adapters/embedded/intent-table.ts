import { NO_HISTORY, type ByteReader, type ByteWriter, type HistoryReads, type HistorySource, type MovableTable, type RecordTable } from '@traffic-tacos/journal';
import {
  epochMs,
  ExpiryQueue,
  IdIndex,
  invariant,
  isAfterWords,
  LimitReached,
  NO_ROW,
  parseId,
  type EpochMs,
  type IdWords,
  type Limits,
  type PaymentIntentId,
  type ReservationId,
} from '@traffic-tacos/kernel';
import { dueAtMs } from '../../domain/intent-at.ts';
import { isOpen, type Intent } from '../../domain/intent.ts';
import { decodeIntent, encodeIntent, INTENT_LAYOUT_VERSION, INTENT_SHAPE, intentWords } from './intent-codec.ts';
import { IntentLists } from './intent-lists.ts';
import { AT, IntentRows } from './intent-rows.ts';

/** Hears of every live change in the turn in which it is applied, before it is durable. Recovery is not heard. */
export type IntentListener = (image: Intent) => void;

/** Whether an ended intent may leave memory: nobody has anything to do about it any more. */
export type MayLeave = (ended: Intent) => boolean;

const HISTORY_PAGE = 50;
const MONEY_MOVED: readonly Intent['status'][] = ['COMPLETED', 'REFUNDED'];

/**
 * Intents: in memory their rows, an index by id, the list of each reservation and of each user (newest first), and the open ones in the
 * order in which they are due; ended ones leave it for the history after a while, and whoever reads sees one table. Images go in and come out as they are recorded; what is true now, `intentAt` says.
 */
export class IntentTable implements RecordTable<Intent>, MovableTable {
  readonly recordType = INTENT_SHAPE.recordType;
  readonly name = 'payment intent';
  readonly layoutVersion = INTENT_LAYOUT_VERSION;
  readonly shape = INTENT_SHAPE;

  readonly #rows: IntentRows;
  readonly #byId: IdIndex;
  /** Finds the newest row of each reservation. */
  readonly #byReservation: IdIndex;
  readonly #lists: IntentLists;
  readonly #history: HistoryReads<Intent>;
  #mayLeave: MayLeave = () => true;
  #keptAtStart = MONEY_MOVED;
  readonly #due = new ExpiryQueue();
  readonly #listeners: IntentListener[] = [];

  constructor(limits: Limits, history: HistorySource = NO_HISTORY) {
    this.#rows = new IntentRows(limits);
    this.#byId = new IdIndex(this.#rows.store, AT.id);
    this.#byReservation = new IdIndex(this.#rows.store, AT.reservation);
    this.#lists = new IntentLists(this.#rows, this.#byReservation);
    this.#history = history.of(INTENT_SHAPE);
  }

  get size(): number {
    return this.#rows.store.live;
  }

  get live(): number {
    return this.#rows.store.live;
  }

  get limit(): number {
    return this.#rows.limit;
  }

  /** Intents of which this is false stay in memory, where a start finds them. */
  leaveOnly(mayLeave: MayLeave): void {
    this.#mayLeave = mayLeave;
  }

  isInMemory(id: IdWords): boolean {
    return this.#byId.find(id) !== NO_ROW;
  }

  /** A recovery keeps payments that have come to this in memory too, where there is room, though the history has them: somebody is to be told of each. */
  keepAtStart(status: Intent['status']): void {
    this.#keptAtStart = [...this.#keptAtStart, status];
  }

  listen(listener: IntentListener): void {
    this.#listeners.push(listener);
  }

  assertRoom(userId: string, eventId: string, webhookUrl: string | undefined): void {
    this.#rows.assertRoom(userId, eventId, webhookUrl);
  }

  /** A text that is no id is the id of no intent. */
  find(id: PaymentIntentId): Intent | undefined {
    const words = parseId('pay', id);
    if (words === undefined) return undefined;
    const row = this.#byId.find(words);
    return row === NO_ROW ? this.#history.find(words) : this.#rows.read(row);
  }

  /** The recorded version of the intent; 0 when there is none. */
  versionOf(id: PaymentIntentId): number {
    const words = parseId('pay', id);
    if (words === undefined) return 0;
    const row = this.#byId.find(words);
    return row === NO_ROW ? this.#history.versionOf(words) : this.#rows.versionAt(row);
  }

  /** The intents of a reservation, newest first. */
  ofReservation(id: ReservationId): readonly Intent[] {
    const words = parseId('rsv', id);
    const found: Intent[] = [];
    if (words === undefined) return found;
    for (let row = this.#byReservation.find(words); row !== NO_ROW; row = this.#rows.olderAt(row, AT.olderOfReservation)) {
      found.push(this.#rows.read(row));
    }
    const past = this.#history.linkedTo(words).filter(({ id: pastId }) => this.#rowOf(pastId) === NO_ROW);
    return past.length === 0 ? found : [...found, ...past].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** Visits the intents of a user, newest first, until `visit` answers false; of those in the history the ones below `after`. */
  visitUser(userId: string, visit: (intent: Intent) => boolean, after?: PaymentIntentId): void {
    const user = this.#rows.userNumber(userId);
    const past = this.#pastOf(userId, after);
    let known = past.next();
    let row = user === 0 ? NO_ROW : this.#lists.newestOf(user);
    while (known.done !== true || row !== NO_ROW) {
      const pastIntent = known.done === true ? undefined : known.value;
      const isPast = pastIntent !== undefined && (row === NO_ROW || isAfterWords(intentWords(pastIntent.id), this.#rows.idAt(row)));
      const intent = isPast ? pastIntent : this.#rows.read(row);
      if (pastIntent?.id === intent.id) known = past.next();
      if (!isPast) row = this.#rows.olderAt(row, AT.olderOfUser);
      if (!visit(intent)) return;
    }
  }

  /** Every intent once, wherever it is, made of what is recorded by `see`. Nothing may change meanwhile. */
  *everywhere<Seen>(see: (recorded: Intent) => Seen): Generator<Seen> {
    yield* this.all(see);
    for (const past of this.#history.all()) if (this.#rowOf(past.id) === NO_ROW) yield see(past);
  }

  /** Ids of intents of which the history has a later version than memory. There are none, or something is wrong. */
  *behindHistory(): Generator<string> {
    for (const past of this.#history.all()) {
      const row = this.#rowOf(past.id);
      if (row !== NO_ROW && this.#rows.versionAt(row) < past.version) yield past.id;
    }
  }

  /** Every intent in memory, in no order, made of what is recorded by `see`. Rows that appear meanwhile may be left out. */
  *all<Seen>(see: (recorded: Intent) => Seen): Generator<Seen> {
    for (let row = 0; row < this.#rows.store.highWater; row++) if (this.#rows.versionAt(row) > 0) yield see(this.#rows.read(row));
  }

  /** The earliest instant at which an open intent is due; undefined when none is open. */
  nextDueAtMs(): EpochMs | undefined {
    for (let atMs = this.#due.nextAtMs(); atMs !== undefined; atMs = this.#due.nextAtMs()) {
      const instant = epochMs(atMs);
      const row = this.#due.popDue(instant);
      if (row === undefined || !this.#isDueAt(row, instant)) continue;
      this.#due.push(instant, row);
      return instant;
    }
    return undefined;
  }

  /** Open intents that are due, the earliest first, at most `limit`. They stay in the queue until they have ended. */
  dueAt(nowMs: EpochMs, limit: number): readonly Intent[] {
    const found: Intent[] = [];
    const taken: number[] = [];
    while (found.length < limit) {
      const row = this.#due.popDue(nowMs);
      if (row === undefined) break;
      if (!this.#isDueAt(row, nowMs)) continue;
      found.push(this.#rows.read(row));
      taken.push(row);
    }
    for (const row of taken) this.#queue(row);
    return found;
  }

  encode(intent: Intent, writer: ByteWriter): void {
    encodeIntent(intent, writer);
  }

  decode(layoutVersion: number, reader: ByteReader): Intent {
    return decodeIntent(layoutVersion, reader);
  }

  isNext(intent: Intent): boolean {
    const row = this.#rowOf(intent.id);
    if (row !== NO_ROW || intent.version === 1) return intent.version === this.#rowVersion(row) + 1;
    if (this.#rows.store.isFull) throw new LimitReached('payment intents: paymentIntentRows');
    return intent.version === this.versionOf(intent.id) + 1;
  }

  apply(intent: Intent): void {
    const isNew = this.#rowOf(intent.id) === NO_ROW;
    const row = this.#put(intent);
    if (isNew) this.#derive(row);
    for (const listener of this.#listeners) listener(intent);
  }

  restore(intent: Intent): void {
    if (this.#rowVersion(this.#rowOf(intent.id)) < intent.version) this.#put(intent);
  }

  /** From money that was taken or went back something may still have to follow, so it stays where there is room: whoever reconciles looks in memory. */
  forget(intent: Intent): void {
    const row = this.#rowOf(intent.id);
    if (this.#keptAtStart.includes(intent.status) && (row !== NO_ROW || this.live < this.limit)) {
      this.restore(intent);
      return;
    }
    if (row !== NO_ROW) this.#remove(row);
  }

  rebuild(): void {
    for (let row = 0; row < this.#rows.store.highWater; row++) if (this.#rows.versionAt(row) > 0) this.#derive(row);
  }

  scan(cursor: number, budget: number, visit: (intent: Intent) => void): number {
    const end = Math.min(cursor + budget, this.#rows.store.highWater);
    for (let row = cursor; row < end; row++) if (this.#rows.versionAt(row) > 0) visit(this.#rows.read(row));
    return end >= this.#rows.store.highWater ? -1 : end;
  }

  visitEnded(cursor: number, budget: number, untilMs: number, visit: (row: number, version: number) => void): number {
    const end = Math.min(cursor + budget, this.#rows.store.highWater);
    for (let row = cursor; row < end; row++) {
      if (this.#hasEnded(row) && this.#rows.changedAtMs(row) <= untilMs) visit(row, this.#rows.versionAt(row));
    }
    return end >= this.#rows.store.highWater ? -1 : end;
  }

  evict(row: number, version: number): boolean {
    if (this.#rows.versionAt(row) !== version || !this.#hasEnded(row) || !this.#mayLeave(this.#rows.read(row))) return false;
    this.#lists.unlink(row);
    this.#remove(row);
    return true;
  }

  *#pastOf(userId: string, after: PaymentIntentId | undefined): Generator<Intent> {
    let below: IdWords | undefined = after === undefined ? undefined : parseId('pay', after);
    for (;;) {
      const page = this.#history.ofOwner(userId, below, HISTORY_PAGE);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < HISTORY_PAGE) return;
      below = intentWords(last.id);
    }
  }

  #hasEnded(row: number): boolean {
    return this.#rows.versionAt(row) > 0 && !isOpen(this.#rows.statusAt(row));
  }

  /** An entry of the queue may be of an intent that had the row before: then the one that has it now is due later, by an entry of its own. */
  #isDueAt(row: number, nowMs: EpochMs): boolean {
    if (this.#rows.versionAt(row) === 0 || !isOpen(this.#rows.statusAt(row))) return false;
    const atMs = dueAtMs(this.#rows.read(row));
    return atMs !== undefined && atMs <= nowMs;
  }

  #rowVersion(row: number): number {
    return row === NO_ROW ? 0 : this.#rows.versionAt(row);
  }

  #remove(row: number): void {
    this.#byId.remove(this.#rows.idAt(row));
    this.#rows.free(row);
  }

  #rowOf(id: PaymentIntentId): number {
    const words = parseId('pay', id);
    return words === undefined ? NO_ROW : this.#byId.find(words);
  }

  #put(intent: Intent): number {
    const id = intentWords(intent.id);
    const known = this.#byId.find(id);
    const row = known === NO_ROW ? this.#rows.store.allocate() : known;
    if (known === NO_ROW) {
      this.#rows.writeFirst(row, intent);
      this.#byId.insert(id, row);
    }
    this.#rows.writeChange(row, intent);
    return row;
  }

  /** Puts a row into the lists and, while it is open, into the queue. */
  #derive(row: number): void {
    this.#lists.link(row);
    if (isOpen(this.#rows.statusAt(row))) this.#queue(row);
  }

  #queue(row: number): void {
    const atMs = dueAtMs(this.#rows.read(row));
    invariant(atMs !== undefined, 'an open intent is due at some instant');
    this.#due.push(atMs, row);
  }
}
