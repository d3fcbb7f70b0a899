import type { Joinable } from '@traffic-tacos/journal';
import { addMs, amountMinor, count, epochMs, withPrefix, type Clock, type CurrencyCode, type EpochMs, type OrderId, type ReservationId } from '@traffic-tacos/kernel';
import type { CommitOutcome, ExpireOutcome, ExtendOutcome, HoldCommand, HoldOutcome, ReleaseOutcome, ReturnOutcome, SeatHolder } from '../ports/seat-holder.ts';

interface Hold {
  readonly command: HoldCommand;
  readonly heldAtMs: EpochMs;
  expiresAtMs: EpochMs;
  extendedByMs: number;
  state: 'held' | 'sold' | 'released' | 'expired' | 'returned';
}

/**
 * One event of numbered seats in a Map, for tests of this service alone. It obeys the hold contract, and the port's suite runs on it as
 * on the real adapter; the one thing it leaves out is the unit of work, since nothing here is durable.
 */
export class MemorySeats implements SeatHolder {
  readonly eventId = 'evt_memory';
  readonly #clock: Clock;
  readonly #seatIds: ReadonlySet<string>;
  readonly #holds = new Map<string, Hold>();

  constructor(clock: Clock, seatIds: readonly string[]) {
    this.#clock = clock;
    this.#seatIds = new Set(seatIds);
  }

  hold(command: HoldCommand): Promise<Joinable<HoldOutcome>> {
    return Promise.resolve(() => this.#hold(command));
  }

  commit(id: ReservationId, _orderId: string, { reacquire }: { readonly reacquire: boolean }): Promise<Joinable<CommitOutcome>> {
    return Promise.resolve(() => this.#commit(id, reacquire));
  }

  release(id: ReservationId): Promise<Joinable<ReleaseOutcome>> {
    return Promise.resolve(() => {
      const hold = this.#holds.get(id);
      if (hold === undefined) return { kind: 'hold_not_found' };
      if (hold.state === 'sold' || hold.state === 'returned') return { kind: 'already_committed' };
      if (hold.state === 'held' && this.#isOver(hold)) return { kind: 'hold_expired' };
      if (hold.state === 'expired') return { kind: 'hold_expired' };
      hold.state = 'released';
      return { kind: 'released' };
    });
  }

  expire(id: ReservationId): Promise<Joinable<ExpireOutcome>> {
    return Promise.resolve(() => {
      const hold = this.#holds.get(id);
      if (hold === undefined) return { kind: 'hold_not_found' };
      if (hold.state !== 'held') return { kind: 'ended' };
      if (!this.#isOver(hold)) return { kind: 'not_due' };
      hold.state = 'expired';
      return { kind: 'expired' };
    });
  }

  extend(id: ReservationId, byMs: number): Promise<Joinable<ExtendOutcome>> {
    return Promise.resolve(() => {
      const hold = this.#holds.get(id);
      if (hold === undefined) return { kind: 'hold_not_found' };
      if (hold.state !== 'held' || this.#isOver(hold)) return { kind: 'hold_expired' };
      if (hold.extendedByMs === byMs) return { kind: 'extended', expiresAtMs: hold.expiresAtMs };
      if (hold.extendedByMs > 0) return { kind: 'extension_not_allowed' };
      hold.extendedByMs = byMs;
      hold.expiresAtMs = epochMs(hold.expiresAtMs + byMs);
      return { kind: 'extended', expiresAtMs: hold.expiresAtMs };
    });
  }

  return(orderId: OrderId): Promise<Joinable<ReturnOutcome>> {
    return Promise.resolve(() => {
      const hold = this.#holds.get(withPrefix('rsv', orderId));
      if (hold?.state !== 'sold' && hold?.state !== 'returned') return { kind: 'order_not_found' };
      hold.state = 'returned';
      return { kind: 'returned' };
    });
  }

  #hold(command: HoldCommand): HoldOutcome {
    if (command.eventId !== this.eventId) return { kind: 'event_not_found' };
    const seatIds = command.seatIds ?? [...this.#seatIds].filter((seat) => this.#ownerOf(seat) === undefined).slice(0, command.quantity);
    if (seatIds.length < command.quantity) return { kind: 'sold_out' };
    const unknown = seatIds.filter((seat) => !this.#seatIds.has(seat));
    if (unknown.length > 0) return { kind: 'seat_not_found', seatIds: unknown };
    const known = this.#holds.get(command.reservationId);
    const clashes = seatIds.filter((seat) => ![undefined, known].includes(this.#ownerOf(seat)));
    if (clashes.length > 0) {
      return { kind: 'seat_unavailable', seats: clashes.map((seatId) => ({ seatId, state: this.#ownerOf(seatId)?.state === 'sold' ? 'sold' : 'held' })) };
    }
    const hold: Hold = known ?? {
      command: { ...command, seatIds }, heldAtMs: this.#clock.nowMs(), expiresAtMs: addMs(this.#clock.nowMs(), command.holdForMs), extendedByMs: 0, state: 'held',
    };
    this.#holds.set(command.reservationId, hold);
    return {
      kind: 'held',
      held: {
        eventId: this.eventId, section: command.section, seatIds, quantity: count(seatIds.length), totalMinor: amountMinor(1000 * seatIds.length),
        currency: 'KRW' as CurrencyCode, heldAtMs: hold.heldAtMs, expiresAtMs: hold.expiresAtMs,
      },
    };
  }

  #commit(id: ReservationId, reacquire: boolean): CommitOutcome {
    const hold = this.#holds.get(id);
    if (hold === undefined) return { kind: 'hold_not_found' };
    if (hold.state === 'sold') return { kind: 'committed' };
    if (hold.state === 'held' && !this.#isOver(hold)) {
      hold.state = 'sold';
      return { kind: 'committed' };
    }
    if (hold.state === 'returned') return { kind: 'hold_released' };
    if (!reacquire) return hold.state === 'released' ? { kind: 'hold_released' } : { kind: 'hold_expired' };
    if (hold.command.seatIds?.some((seat) => this.#ownerOf(seat) !== undefined) === true) return { kind: 'seats_gone' };
    hold.state = 'sold';
    return { kind: 'committed' };
  }

  #ownerOf(seatId: string): Hold | undefined {
    for (const hold of this.#holds.values()) {
      const owns = hold.state === 'sold' || (hold.state === 'held' && !this.#isOver(hold));
      if (owns && hold.command.seatIds?.includes(seatId) === true) return hold;
    }
    return undefined;
  }

  #isOver(hold: Hold): boolean {
    return hold.expiresAtMs <= this.#clock.nowMs();
  }
}
