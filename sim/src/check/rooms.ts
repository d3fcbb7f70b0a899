import { formatId, sameWords, type Clock, type IdWords } from '@traffic-tacos/kernel';
import type { PlatformTables } from '@traffic-tacos/platform';
import { demandsAdmission, roomTermsOf, type RoomTerms } from '../play/catalogue.ts';
import type { Books } from './books.ts';
import { must } from './breach.ts';
import { checkAdmitted, checkPlace, ownerOf } from './check-place.ts';
import { calledIn, checkDraw, checkTick, entrantsOf, type PlacePair } from './check-tick.ts';
import { Lines, type Line, type Person } from './lines.ts';
import { Presence } from './presence.ts';
import { ADMITTED, HELD, placeId, READY, SOLD_OUT, SPENT, WAITING, type Entry, type TickRecord } from './records.ts';
import type { Named } from './waiters.ts';

/** How old the figures of seats may be on which a room decides, in ms. They show what is on disk. */
const FIGURES_MS = 250;
/** People who may come for one free seat, as the platform is shipped. */
const SEATS_FACTOR = 5;

/** Checks the waiting rooms: each entry as it is written, and each tick as soon as it has run, whether or not it wrote anything. */
export class Rooms {
  readonly lines = new Lines();
  readonly presence = new Presence();
  /** When this process let anybody in last, by event. */
  readonly #letInAtMs = new Map<string, number>();
  /** How many it let in at that instant. */
  readonly #letIn = new Map<string, number>();
  /** The last tick that was seen, by event. */
  readonly #tickedAtMs = new Map<string, number>();
  /** Since when the figures of an event's seats are on disk; for ever until they are. */
  readonly #seatsKnownAtMs = new Map<string, number>();
  /** How often the places of an event have changed. */
  readonly #changesOf = new Map<string, number>();
  /** Rooms that were closed as sold out while people waited there. */
  soldOut = 0;
  /** Who stands behind a name, as records say it. */
  readonly #owners = new Map<string, IdWords>();
  /** Who was in line when the list of a draw closed, by the draw that is being prepared. */
  readonly #entrants = new WeakMap<object, readonly Person[]>();

  /** From now on it is another process, which has recovered what the books say. */
  follow(books: Books, nowMs: number): void {
    this.lines.rebuild(books);
    this.presence.restart(nowMs);
    this.#seatsKnownAtMs.clear();
    for (const instants of [this.#letInAtMs, this.#letIn, this.#tickedAtMs]) instants.clear();
  }

  /** Somebody joins, who may have a place already: then it is heard of. */
  joins({ eventId, userId, label }: Named, nowMs: number): void {
    const name = userId ?? label;
    if (name === undefined) return;
    const owner = this.#ownerOf(userId === undefined ? 'label' : 'account', eventId, name);
    for (const { key, place } of this.lines.line(eventId).people.values()) if (sameWords(place.owner, owner)) this.presence.heard(key, nowMs);
  }

  /** The same few come again and again. */
  #ownerOf(kind: 'account' | 'label', eventId: string, name: string): IdWords {
    const text = `${kind} ${eventId} ${name}`;
    const known = this.#owners.get(text);
    if (known !== undefined) return known;
    const owner = ownerOf(kind, eventId, name);
    this.#owners.set(text, owner);
    return owner;
  }

  /** A number that stands for the state of the event's places; undefined where it is not known for long enough that some are left, or whoever is in line is being sent away. */
  isKnownOpen(eventId: string, { inventory, queue }: PlatformTables, nowMs: number): number | undefined {
    const line = this.lines.line(eventId);
    const isClosing = (queue.memory.find(eventId)?.record.closing ?? 0) !== 0 && line.inState(WAITING) + line.inState(READY) > 0;
    if (isClosing || nowMs - (this.#seatsKnownAtMs.get(eventId) ?? nowMs) <= FIGURES_MS) return undefined;
    return placesLeft(eventId, inventory) > 0 ? this.#changesOf.get(eventId) : undefined;
  }

  /** I9: nobody is refused as too late while places are left, who has not been so for a moment. */
  checkRefused(eventId: string, wasOpen: number | undefined): void {
    must(wasOpen === undefined || wasOpen !== this.#changesOf.get(eventId), 'I9', eventId, 'refuses to let anybody wait as sold out, and places are left');
  }

  /** Whether whoever waits there has been told that all is sold, as the entries say. */
  isClosed(books: Books, key: string, eventId: string): boolean {
    return books.place.get(key)?.state === SOLD_OUT || books.room.get(eventId)?.room.closing === SOLD_OUT;
  }

  /** Once nothing is under way any more: where all is sold, nobody waits for what will not come. */
  checkAllAreTold({ inventory }: PlatformTables): void {
    for (const [eventId, line] of this.lines.events) {
      const waiting = line.inState(WAITING) + line.inState(READY);
      must(waiting === 0 || placesLeft(eventId, inventory) > 0, 'I9', eventId, () => `${waiting} wait for what is sold`);
    }
  }

  /** Called before the books take the entry in. */
  entry(books: Books, entry: Entry, tables: PlatformTables, nowMs: number): void {
    for (const { eventId } of entry.hold) this.#seatsChange(eventId);
    for (const { plan } of entry.event) this.#seatsChange(plan.id);
    checkAdmitted(entry, demandsAdmission);
    this.#seeListsClose(tables);
    this.#change(books, entry, entry.place.map((after): PlacePair => [books.place.get(placeId(after)), after]), nowMs);
    for (const tick of entry.room) this.#tick(books, entry, tick, tables, nowMs);
  }

  #seatsChange(eventId: string): void {
    this.#seatsKnownAtMs.set(eventId, Number.POSITIVE_INFINITY);
    this.#changesOf.set(eventId, (this.#changesOf.get(eventId) ?? 0) + 1);
  }

  /** All that was written is on disk. */
  flushed(nowMs: number): void {
    for (const [eventId, atMs] of this.#seatsKnownAtMs) if (atMs > nowMs) this.#seatsKnownAtMs.set(eventId, nowMs);
  }

  /** A timer of the process has just run: if it was a tick of a room, nobody whose turn it was may have been left waiting. */
  timerRan(books: Books, tables: PlatformTables, clock: Clock): void {
    const { queue, inventory } = tables;
    const nowMs = clock.nowMs();
    this.#seeListsClose(tables);
    for (const [eventId, line] of this.lines.events) {
      const tickedAtMs = queue.memory.find(eventId)?.tickedAtMs ?? 0;
      const lastMs = this.#tickedAtMs.get(eventId) ?? 0;
      if (tickedAtMs === lastMs) continue;
      this.#tickedAtMs.set(eventId, tickedAtMs);
      if (lastMs === 0 || nowMs - (this.#seatsKnownAtMs.get(eventId) ?? 0) <= FIGURES_MS) continue;
      const room = books.room.get(eventId)?.room;
      const terms = roomTermsOf(eventId);
      if (room === undefined || room.mode === 'paused' || room.closing !== 0 || room.draw?.heldAtMs === 0 || terms.saleStartsAtMs > clock.wallMs()) continue;
      const free = inventory.events.find(eventId)?.sections.reduce((sum, section) => sum + section.free, 0) ?? 0;
      if (free * SEATS_FACTOR <= line.inState(READY) + line.inState(ADMITTED)) continue;
      this.#checkNobodyIsLeft(eventId, line, terms, ((room.perSecond || terms.perSecond) * Math.min(1_000, tickedAtMs - lastMs)) / 1_000, nowMs);
    }
  }

  /** Once nothing is under way any more: whoever is inside with a hold has one. */
  checkSlotsReturned(books: Books, nowMs: number): void {
    for (const [, line] of this.lines.events) {
      for (const { key, place } of line.people.values()) {
        if (place.state !== SPENT || place.reservation === undefined) continue;
        const hold = books.hold.get(formatId('rsv', place.reservation));
        must(hold !== undefined && hold.state === HELD && hold.expiresAtMs > nowMs, 'I8', key, 'is still inside with a hold that has ended');
      }
    }
  }

  /** A tick closes the list of a draw before it changes anything, and is seen right after. */
  #seeListsClose({ queue }: PlatformTables): void {
    for (const [eventId, line] of this.lines.events) {
      const drawing = queue.memory.find(eventId)?.drawing;
      if (drawing !== undefined && !this.#entrants.has(drawing)) this.#entrants.set(drawing, entrantsOf(line));
    }
  }

  #checkNobodyIsLeft(eventId: string, line: Line, { maxActive }: RoomTerms, allowance: number, nowMs: number): void {
    const called = this.#letInAtMs.get(eventId) === nowMs ? (this.#letIn.get(eventId) ?? 0) : 0;
    if (called >= Math.floor(allowance) || line.active >= maxActive) return;
    for (const { key, place } of line.people.values()) {
      const isLeft = place.state === WAITING && this.presence.isAwake(key, nowMs);
      must(!isLeft, 'I9', key, () => `waits on, with ${called} of ${Math.floor(allowance)} let in and ${line.active} of ${maxActive} inside`);
    }
  }

  #change(books: Books, entry: Entry, pairs: readonly PlacePair[], nowMs: number): void {
    const { lines, presence } = this;
    for (const [before, after] of pairs) checkPlace({ books, line: lines.line(after.eventId), presence, nowMs }, entry, before, after);
    for (const [before, after] of pairs) {
      lines.change(before, after);
      if (before === undefined) presence.begins(placeId(after), nowMs);
      else if (before.state === READY && after.state === WAITING) presence.asleep(placeId(after));
      const { active } = lines.line(after.eventId);
      must(active <= roomTermsOf(after.eventId).maxActive, 'I8', after.eventId, () => `${active} are inside`);
    }
    const [first] = pairs;
    if (first !== undefined) lines.checkSlots(first[1].eventId);
  }

  #tick(books: Books, entry: Entry, tick: TickRecord, tables: PlatformTables, nowMs: number): void {
    const { room } = tick;
    const { eventId } = room;
    const before = books.room.get(eventId)?.room;
    must(room.version === (before?.version ?? 0) + 1, 'I4', eventId, () => `version ${room.version} of the room follows ${before?.version ?? 0}`);
    if (room.closing === SOLD_OUT && before?.closing !== SOLD_OUT) this.#checkSoldOut(eventId, tables, nowMs);
    if (tick.changes.some(({ state }) => state === SOLD_OUT)) this.soldOut++;
    const line = this.lines.line(eventId);
    for (const draw of entry.draw) {
      const drawing = tables.queue.memory.find(eventId)?.drawing;
      checkDraw(line, (drawing === undefined ? undefined : this.#entrants.get(drawing)) ?? [], before, room, draw);
      this.lines.draw(draw);
    }
    const pairs = books.changedBy(tick).map((after): PlacePair => [books.place.get(placeId(after)), after]);
    must(pairs.length === tick.changes.length, 'I4', eventId, 'changes places that do not exist');
    this.#change(books, entry, pairs, nowMs);
    for (const [, { state, key }] of pairs) must(state !== SOLD_OUT || room.closing === SOLD_OUT, 'I9', placeId({ key }), 'was sent away while seats are left');
    const called = calledIn(line, pairs, placeId);
    const terms = roomTermsOf(eventId);
    const sinceMs = nowMs - Math.max(this.#letInAtMs.get(eventId) ?? Number.NEGATIVE_INFINITY, this.#tickedAtMs.get(eventId) ?? Number.NEGATIVE_INFINITY);
    checkTick(line, this.presence, pairs, called, { perSecond: room.perSecond || terms.perSecond, maxActive: terms.maxActive, sinceMs }, nowMs);
    if (called.length === 0) return;
    this.#letInAtMs.set(eventId, nowMs);
    this.#letIn.set(eventId, called.length);
  }

  /** Everything is sold, and not only held, or was so a moment ago. */
  #checkSoldOut(eventId: string, { inventory }: PlatformTables, nowMs: number): void {
    if (nowMs - (this.#seatsKnownAtMs.get(eventId) ?? 0) <= FIGURES_MS) return;
    const left = placesLeft(eventId, inventory);
    must(left === 0, 'I9', eventId, () => `is closed as sold out with ${left} places left`);
  }
}

/** Free or only held. */
const placesLeft = (eventId: string, inventory: PlatformTables['inventory']): number =>
  inventory.events.find(eventId)?.sections.reduce((sum, { free, held }) => sum + free + held, 0) ?? 0;
