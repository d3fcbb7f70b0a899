import type { Joinable, Unit, Units } from '@traffic-tacos/journal';
import { addMs, durationMs, epochMs, NO_ROW, parseId, present, Unavailable, type Clock, type EpochMs, type EventId, type IdWords, type Random, type ReservationId } from '@traffic-tacos/kernel';
import type { DrawnLane } from '../../application/draw.ts';
import { ADMITTED, isFinished, isInLine, LEFT, READY, SPENT, USED, WAITING, type Place } from '../../domain/place.ts';
import { pollAfterMs, TOKEN_TTL_MS } from '../../domain/presence.ts';
import { newRoom } from '../../domain/room.ts';
import type { Durability } from '../../ports/durability.ts';
import type { KnownTokens } from '../../ports/known-tokens.ts';
import type { AskElsewhere, OnSale, OnSales } from '../../ports/on-sales.ts';
import type { TokenSpender } from '../../ports/token-spender.ts';
import type {
  ControlOutcome, EnterOutcome, Grant, JoinOutcome, JoinPlace, LeaveOutcome, PlaceReading, QueueStore, RoomControl, RoomReading, StoreLeaveOutcome, TickReport,
} from '../../ports/queue-store.ts';
import { Drawing } from './drawing.ts';
import { holdDraw } from './hold-draw.ts';
import { controlRoom, scheduleOf, type Controlled } from './control-room.ts';
import { begin, decideJoin } from './decide-join.ts';
import { LeaseWalk } from './lease-walk.ts';
import { isLettingIn, planTick } from './plan-tick.ts';
import { readPlace, stateOfRow, type PlaceNow } from './read-place.ts';
import { RoomState } from './room-state.ts';
import type { QueueTables } from './tables.ts';

export interface QueueStoreDeps {
  readonly tables: QueueTables;
  readonly units: Units;
  readonly clock: Clock;
  readonly journal: Durability;
  readonly onSales: OnSales;
  /** For the jitter of polls. */
  readonly random: Random;
  readonly settings: AdmissionSettings;
  /** Who spends tokens, where that is not decided here. */
  readonly spender?: Pick<TokenSpender, 'knownThroughMs'> | undefined;
}

/** What decides where an event says nothing. */
export interface AdmissionSettings {
  /** People a second. */
  readonly perSecond: number;
  /** People inside at once. */
  readonly maxActive: number;
  /** People who may come for one free seat. */
  readonly seatsFactor: number;
  /** How many people the services behind can take just now. */
  readonly headroom: () => number;
}

/** What decides unless somebody sets it. */
export const DEFAULT_ADMISSION = { perSecond: 100, maxActive: 5_000, seatsFactor: 5 } as const satisfies Omit<AdmissionSettings, 'headroom'>;

/** Ticks in which all rows are walked through for leases that are over. */
const WALK_TICKS = 4;
const WALK_ROWS = 4_096;
/** How often a sale is moved elsewhere before it is given up, where somebody else moves it as well. */
const SALE_ATTEMPTS = 5;

/** What was decided on an operator's word; or, before it can be, what is to be asked in another process. */
type DecidedControl = { readonly kind: 'decided'; readonly next: Controlled; readonly event: OnSale } | { readonly kind: 'elsewhere'; readonly sale: AskElsewhere };

/** Others moved the sale each time that it was moved. */
class SaleContended extends Unavailable {
  override readonly name = 'SaleContended';
}

/** Waiting rooms in this process: every decision joins one unit of work, which is one entry of the journal. */
export class EmbeddedQueueStore implements QueueStore, KnownTokens {
  readonly #deps: QueueStoreDeps;
  readonly #leases: LeaseWalk;

  constructor(deps: QueueStoreDeps) {
    this.#deps = deps;
    this.#leases = new LeaseWalk(deps.tables.memory);
  }

  async join(command: JoinPlace, event: OnSale): Promise<JoinOutcome> {
    const { tables, units, clock, random, journal } = this.#deps;
    const decided = units.decideNow((unit) => decideJoin(unit, tables, command, event, { ...this.#now(), wallMs: clock.wallMs() }, random));
    if (decided.kind !== 'joined') {
      await units.durable();
      return decided;
    }
    const { memory } = tables;
    const row = memory.rows.find(decided.key);
    const room = memory.roomOf(row);
    room.terms = event;
    // One more at the end changes nothing for the others; a place that it took out of the line does.
    if (decided.isShown) room.restsOn = journal.appliedSequence;
    const reading = this.#hear(row, room);
    await units.durable();
    return { kind: 'joined', reading, isNew: decided.isNew };
  }

  poll(key: IdWords): PlaceReading | undefined | Promise<PlaceReading | undefined> {
    const { tables: { memory }, units, journal } = this.#deps;
    const row = memory.rows.find(key);
    if (row === NO_ROW) return undefined;
    const room = memory.roomOf(row);
    const reading = this.#hear(row, room);
    return journal.durableSequence >= room.restsOn ? reading : units.durable().then(() => reading);
  }

  look(key: IdWords): PlaceReading | 'not_durable' | undefined {
    const { tables: { memory }, journal } = this.#deps;
    const row = memory.rows.find(key);
    if (row === NO_ROW) return undefined;
    const room = memory.roomOf(row);
    const reading = this.#hear(row, room);
    return journal.durableSequence >= room.restsOn ? reading : 'not_durable';
  }

  read(key: IdWords): PlaceReading | undefined {
    const { memory } = this.#deps.tables;
    const row = memory.rows.find(key);
    return row === NO_ROW ? undefined : this.#reading(row, memory.roomOf(row), memory.rows.pollAfterMs(row));
  }

  enter(key: IdWords): Promise<EnterOutcome> {
    return this.#run(key, (unit, row, room, nowMs): EnterOutcome => {
      const reading = this.#hear(row, room);
      const state = this.#stateAt(row, room, nowMs);
      if (state === WAITING) return { kind: 'not_ready', reading };
      if (isFinished(state)) return { kind: 'finished', reading };
      const { memory, places } = this.#deps.tables;
      const place = memory.read(row);
      if (state !== READY) return { kind: 'granted', reading, ttlMs: Math.max(0, place.tokenExpiresAtMs - nowMs) };
      const tokenExpiresAtMs = addMs(nowMs, durationMs(TOKEN_TTL_MS));
      unit.write(places, { ...place, version: place.version + 1, state: ADMITTED, changedAtMs: nowMs, tokenExpiresAtMs });
      return { kind: 'granted', reading: { ...reading, status: 'admitted', position: undefined, eta: undefined, tokenExpiresAtMs }, ttlMs: TOKEN_TTL_MS };
    }, { kind: 'place_not_found' });
  }

  leave(key: IdWords, isTokenVoid = true): Promise<StoreLeaveOutcome> {
    return this.#run(key, (unit, row, _room, nowMs): StoreLeaveOutcome => {
      const place = this.#deps.tables.memory.read(row);
      if (place.state === ADMITTED && !isTokenVoid) return { kind: 'token_lives', tokenExpiresAtMs: place.tokenExpiresAtMs };
      // A hold that was made goes its own way: it is given up by cancelling it.
      if (isInLine(place.state) || place.state === ADMITTED) this.#write(unit, place, { state: LEFT, changedAtMs: nowMs });
      return { kind: 'left' };
    }, { kind: 'place_not_found' });
  }

  leaveSoftly(key: IdWords): LeaveOutcome {
    const { memory } = this.#deps.tables;
    const row = memory.rows.find(key);
    if (row === NO_ROW) return { kind: 'place_not_found' };
    // After a draw, the slot of whoever is in line no more may be another one's.
    if (isInLine(memory.rows.stateOf(row))) memory.roomOf(row).lane(memory.rows.laneOf(row)).order.sleep(memory.slotOf(row));
    return { kind: 'left' };
  }

  grant(key: IdWords): Grant | undefined {
    const { tables: { memory }, clock } = this.#deps;
    const isLive = (): boolean => {
      const row = memory.rows.find(key);
      return row !== NO_ROW && memory.rows.stateOf(row) === ADMITTED && memory.rows.tokenExpiresAtMs(row) > clock.nowMs();
    };
    const spend = (unit: Unit, reservationId: ReservationId): void => {
      const place = memory.read(memory.rows.find(key));
      const reservation = present(parseId('rsv', reservationId), 'reservation id');
      this.#write(unit, place, { state: SPENT, changedAtMs: clock.nowMs(), reservation });
    };
    return memory.rows.find(key) === NO_ROW ? undefined : { isLive, spend };
  }

  tokenSpent(key: IdWords, reservationId: ReservationId): Joinable<void> {
    const { tables: { memory }, clock } = this.#deps;
    return (unit) => {
      const row = memory.rows.find(key);
      if (row === NO_ROW || memory.rows.stateOf(row) !== ADMITTED) return;
      this.#write(unit, memory.read(row), { state: SPENT, changedAtMs: clock.nowMs(), reservation: present(parseId('rsv', reservationId), 'reservation id') });
    };
  }

  holdEnded(reservationId: ReservationId): Joinable<void> {
    const { tables: { memory }, clock } = this.#deps;
    return (unit) => {
      const row = memory.spentBy(reservationId);
      if (row !== NO_ROW) this.#write(unit, memory.read(row), { state: USED, changedAtMs: clock.nowMs() });
    };
  }

  async tick(): Promise<TickReport> {
    const { tables: { memory }, units, clock, journal } = this.#deps;
    const nowMs = clock.nowMs();
    memory.forgetFinished(nowMs, memory.limits.queueTickChanges);
    const over = this.#leases.slice(nowMs, Math.max(WALK_ROWS, Math.ceil(memory.rows.highWater / WALK_TICKS)));
    const changed: { eventId: EventId; waitsMs: readonly number[] }[] = [];
    let isIdle = true;
    let isDrawing = false;
    for (const room of memory.rooms()) {
      if (room.waiting + room.ready + room.admitted === 0) continue;
      isIdle = false;
      const waitsMs = units.decideNow((unit) => this.#decideTick(unit, room, over.get(room.number) ?? [], nowMs));
      isDrawing ||= room.drawing !== undefined;
      if (waitsMs === undefined) continue;
      room.restsOn = journal.appliedSequence;
      changed.push({ eventId: room.record.eventId, waitsMs });
    }
    await units.durable();
    return { rooms: changed, isIdle, isDrawing };
  }

  drawOn(): boolean {
    const { tables, units, clock, journal } = this.#deps;
    const { memory } = tables;
    let isDrawing = false;
    for (const room of memory.rooms()) {
      const { drawing, record: { draw } } = room;
      if (drawing === undefined || draw === undefined) continue;
      if (!drawing.advance(memory.limits.queueDrawSlice)) {
        isDrawing = true;
        continue;
      }
      units.decideNow((unit) => holdDraw(unit, tables, room, draw, drawing.drawn, clock.nowMs()));
      room.restsOn = journal.appliedSequence;
    }
    return isDrawing;
  }

  /** Asks outside of the unit where a sale is decided in another process, and decides again. */
  async control(eventId: EventId, control: RoomControl): Promise<ControlOutcome> {
    const { tables: { memory }, units, journal } = this.#deps;
    for (let attempt = 0; attempt < SALE_ATTEMPTS; attempt++) {
      const outcome = this.#decideControl(eventId, control);
      if (outcome.kind === 'elsewhere') {
        await outcome.sale.ask();
        continue;
      }
      if (outcome.kind !== 'decided') return outcome;
      const state = memory.room(eventId);
      const { saleStartsAtMs, saleEndsAtMs } = outcome.next.schedule;
      state.terms = { ...outcome.event, saleStartsAtMs, saleEndsAtMs };
      state.restsOn = journal.appliedSequence;
      await units.durable();
      return { kind: 'controlled', room: this.#roomReading(state, state.terms) };
    }
    throw new SaleContended('the sale was moved by others all the time');
  }

  #decideControl(eventId: EventId, control: RoomControl): DecidedControl | Exclude<ControlOutcome, { kind: 'controlled' }> {
    const { tables, units, clock, onSales, random } = this.#deps;
    const { memory, rooms } = tables;
    const event = onSales.find(eventId);
    if (event === undefined) return { kind: 'event_not_found' };
    return units.decideNow((unit) => {
      const known = memory.find(eventId);
      const nowMs = clock.nowMs();
      const room = known === undefined || known.version === 0 ? { ...begin(tables, event, { nowMs }, random), version: 0 } : known.record;
      const next = controlRoom(room, event, control, nowMs, memory.limits.queueLanes);
      if (next.kind !== 'room') return next;
      const sale = control.kind === 'schedule' ? onSales.moveSale(eventId, next.schedule)(unit) : 'moved';
      if (sale === 'event_not_found') return { kind: sale };
      if (sale !== 'moved') return { kind: 'elsewhere', sale };
      unit.write(rooms, { room: next.room, changes: [] });
      return { kind: 'decided', next, event };
    });
  }

  room(eventId: EventId): RoomReading | undefined {
    const room = this.#deps.tables.memory.find(eventId);
    return room === undefined || room.version === 0 ? undefined : this.#roomReading(room);
  }

  roomToBe(eventId: EventId): RoomReading | undefined {
    const { onSales, clock } = this.#deps;
    const known = this.room(eventId);
    const event = known === undefined ? onSales.find(eventId) : undefined;
    if (event === undefined) return known;
    const empty = new RoomState(0);
    empty.set(newRoom(eventId, clock.nowMs(), undefined));
    return this.#roomReading(empty, event);
  }

  isKnown(key: IdWords, keyNumber: number, signature: IdWords): boolean | undefined {
    const { rows } = this.#deps.tables.memory;
    const row = rows.find(key);
    return row === NO_ROW || rows.keyNumberOf(row) !== keyNumber ? undefined : rows.isSigned(row, signature);
  }

  remember(key: IdWords, keyNumber: number, signature: IdWords): void {
    const { rows } = this.#deps.tables.memory;
    const row = rows.find(key);
    if (row !== NO_ROW && rows.keyNumberOf(row) === keyNumber) rows.sign(row, signature);
  }

  durable(eventId: EventId): Promise<void> {
    const { tables: { memory }, units, journal } = this.#deps;
    return (memory.find(eventId)?.restsOn ?? 0) > journal.durableSequence ? units.durable() : Promise.resolve();
  }

  heldDraw(eventId: EventId): readonly DrawnLane[] | undefined {
    return this.#deps.tables.draws.find(eventId)?.lanes;
  }

  *rooms(): Iterable<RoomReading> {
    for (const room of this.#deps.tables.memory.rooms()) yield this.#roomReading(room);
  }

  /** One decision about one place, which changes who stands ahead of others. */
  async #run<Outcome>(key: IdWords, decide: (unit: Unit, row: number, room: RoomState, nowMs: EpochMs) => Outcome, unknown: Outcome): Promise<Outcome> {
    const { tables: { memory }, units, clock, journal } = this.#deps;
    const row = memory.rows.find(key);
    if (row === NO_ROW) return unknown;
    const room = memory.roomOf(row);
    const outcome = units.decideNow((unit) => decide(unit, row, room, clock.nowMs()));
    room.restsOn = journal.appliedSequence;
    await units.durable();
    return outcome;
  }

  #write(unit: Unit, place: Place, change: Partial<Place>): void {
    unit.write(this.#deps.tables.places, { ...place, ...change, version: place.version + 1 });
  }

  #roomReading(room: RoomState, event = this.#deps.onSales.find(room.record.eventId)): RoomReading {
    const { record, waiting, ready, admitted, spent } = room;
    return {
      room: record, waiting, ready, admitted, holding: spent, lanes: record.lanes.map((_, lane) => room.lane(lane).order.size),
      // A room in which nobody waits is not ticked, and after a start has not looked at its event.
      ...this.#terms({ record, terms: event ?? room.terms }),
      demandsAdmission: event?.demandsAdmission,
      schedule: scheduleOf(record, event ?? NO_TIMES),
    };
  }

  #decideTick(unit: Unit, room: RoomState, silentRows: readonly number[], nowMs: EpochMs): readonly number[] | undefined {
    const { tables, onSales, clock, settings } = this.#deps;
    const { memory, rooms } = tables;
    const event = onSales.find(room.record.eventId);
    if (event === undefined) return undefined;
    room.terms = event;
    const { draw } = room.record;
    if (draw !== undefined && draw.heldAtMs === 0 && (event.saleStartsAtMs === undefined || event.saleStartsAtMs <= clock.wallMs())) {
      const drawing = (room.drawing ??= new Drawing(memory, room, draw.seed));
      if (drawing.advance(memory.limits.queueDrawSlice)) {
        holdDraw(unit, tables, room, draw, drawing.drawn, nowMs);
        return [];
      }
    }
    const { perSecond, maxActive } = this.#terms(room);
    const planned = planTick(memory, room, {
      nowMs, wallMs: clock.wallMs(), event, perSecond, ceiling: maxActive, seatsFactor: settings.seatsFactor, headroom: settings.headroom(), silentRows, tokensMs: this.#now(nowMs).tokensMs,
    });
    room.carry = planned.carry;
    room.tickedAtMs = nowMs;
    const isMoving = isLettingIn(room.record, { event, wallMs: clock.wallMs() });
    for (const { pace, order, nextArrival } of room.lanes) if (isMoving) pace.advance(nowMs, nextArrival - order.awake); else pace.restart();
    if (planned.step === undefined) return undefined;
    unit.write(rooms, planned.step);
    return planned.waitsMs;
  }

  /** The owner of a place has been heard of: it is awake, and its lease begins anew. What is over stays over. */
  #hear(row: number, room: RoomState): PlaceReading {
    const { tables: { memory }, clock, random } = this.#deps;
    const { rows } = memory;
    const nowMs = clock.nowMs();
    const state = this.#stateAt(row, room, nowMs);
    if (!isInLine(state)) return this.#reading(row, room, isFinished(state) ? 0 : POLL_INSIDE_MS);
    const lane = room.lane(rows.laneOf(row));
    const slot = memory.slotOf(row);
    const pauseMs = state === READY ? POLL_INSIDE_MS : pollAfterMs(lane.order.ahead(slot), this.#terms(room).perSecond, room.waiting, (random.u32() & 0xffff) / 0x10000);
    rows.heard(row, nowMs, pauseMs);
    if (state === WAITING) lane.order.wake(slot);
    return this.#reading(row, room, pauseMs);
  }

  #reading(row: number, room: RoomState, pauseMs: number): PlaceReading {
    const { tables: { memory }, clock } = this.#deps;
    return readPlace(memory, row, room, pauseMs, this.#now(clock.nowMs()));
  }

  #now(nowMs = this.#deps.clock.nowMs()): PlaceNow {
    const { spender } = this.#deps;
    return { nowMs, tokensMs: spender === undefined ? nowMs : epochMs(Math.min(nowMs, spender.knownThroughMs())) };
  }

  #stateAt(row: number, room: RoomState, nowMs: EpochMs): Place['state'] {
    return stateOfRow(this.#deps.tables.memory.rows, row, room.record.closing, this.#now(nowMs));
  }

  /** The rate and the ceiling in force. */
  #terms({ record, terms }: Pick<RoomState, 'record' | 'terms'>): Pick<RoomReading, 'perSecond' | 'maxActive'> {
    const { perSecond, maxActive } = this.#deps.settings;
    return { perSecond: record.perSecond || (terms?.perSecond ?? perSecond), maxActive: terms?.maxActive ?? maxActive };
  }
}

/** The pause of whoever need not wait any more. */
const POLL_INSIDE_MS = 2_000;

const NO_TIMES = { saleStartsAtMs: undefined, saleEndsAtMs: undefined };
