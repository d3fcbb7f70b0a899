import assert from 'node:assert/strict';
import { newId, parseId, present, SeededRandom, withPrefix, type Clock, type epochMs, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { InventoryService } from '@traffic-tacos/inventory';
import type { Units } from '@traffic-tacos/journal';
import type { Intent, PaymentService, Scenario } from '@traffic-tacos/payment';
import type { Order, Reservation, ReservationService } from '@traffic-tacos/reservation';
import type { ReconcileReport } from '../reconcile/reconciler.ts';
import type { PlatformTables } from '../tables.ts';
import { boxOffice, type BoxOffice } from './box-office.ts';

/** Services at rest, however they reach each other, and the reconciler that compares their records. */
export interface ReconciledLayout {
  readonly tables: Pick<PlatformTables, 'inventory' | 'reservation' | 'payment'>;
  /** For records that no service would write; one and the same where the services stand over one journal. */
  readonly units: Readonly<Record<'inventory' | 'reservation' | 'payment', Units>>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly inventory: Pick<InventoryService, 'store' | 'decide' | 'view'>;
  readonly reservation: Pick<ReservationService, 'context'>;
  readonly payment: Pick<PaymentService, 'useCases' | 'intents'>;
  /** Moves the clock. Nothing else runs. */
  advance(ms: number): Promise<void>;
  /** A whole look, now. */
  reconcile(): Promise<ReconcileReport>;
  close(): Promise<void>;
}

/** A platform at rest, what its buyers do, and records written past all services. */
export class Stage<On extends ReconciledLayout = ReconciledLayout> {
  readonly on: On;
  readonly office: BoxOffice;
  readonly #random = new SeededRandom(99);

  constructor(on: On) {
    this.on = on;
    this.office = boxOffice(on.reservation.context, on.payment);
  }

  reservation = (id: string): Reservation => present(this.on.tables.reservation.reservations.read(id as ReservationId), id);
  order = (id: string): Order => present(this.on.tables.reservation.orders.read(withPrefix('ord', id)), id);
  intent = (id: PaymentIntentId): Intent => present(this.on.tables.payment.intents.find(id), id);

  async writeReservation(id: string, changes: Partial<Reservation>): Promise<void> {
    const before = this.reservation(id);
    await this.on.units.reservation.run((unit) => unit.write(this.on.tables.reservation.reservations, { ...before, version: before.version + 1, ...changes }));
  }

  async writeOrder(id: string, changes: Partial<Order>): Promise<void> {
    const before = this.order(id);
    await this.on.units.reservation.run((unit) => unit.write(this.on.tables.reservation.orders, { ...before, version: before.version + 1, ...changes }));
  }

  /** Nobody hears of it, as if who should have had died. */
  async writeIntent(id: PaymentIntentId, changes: Partial<Intent>): Promise<void> {
    const before = this.intent(id);
    const changedAtMs = this.on.clock.nowMs();
    await this.on.units.payment.run((unit) => unit.write(this.on.tables.payment.intents, { ...before, version: before.version + 1, changedAtMs, factsAdded: 0, ...changes }));
  }

  async writeHold(id: string, changes: { readonly state?: number; readonly changedAtMs?: ReturnType<typeof epochMs> }): Promise<void> {
    const { holds } = this.on.tables.inventory;
    const before = present(holds.find(present(parseId('rsv', id), 'an id')), id);
    await this.on.units.inventory.run((unit) => unit.write(holds, { ...before, version: before.version + 1, ...changes }));
  }

  /** An intent of that reservation which nobody has asked for. */
  async madeUp(like: PaymentIntentId, changes: Partial<Intent>): Promise<PaymentIntentId> {
    const id = this.newIntentId();
    await this.on.units.payment.run((unit) => unit.write(this.on.tables.payment.intents, { ...this.intent(like), factsAdded: 0, ...changes, id, version: 1 }));
    return id;
  }

  newIntentId = (): PaymentIntentId => newId('pay', this.on.clock.nowMs(), 0, this.#random);
  newReservationId = (): ReservationId => newId('rsv', this.on.clock.nowMs(), 0, this.#random);

  /** Holds a seat and begins to pay for it. */
  async paying(scenario: Scenario = 'TIMEOUT'): Promise<{ readonly id: ReservationId; readonly intentId: PaymentIntentId }> {
    const { id } = await this.office.hold('alice', 'A-1');
    return { id, intentId: await this.office.pay('alice', id, scenario) };
  }

  /** A payment that was captured, of which nobody was told. */
  async captured(): Promise<{ readonly id: ReservationId; readonly intentId: PaymentIntentId }> {
    const begun = await this.paying();
    await this.writeIntent(begun.intentId, { status: 'COMPLETED' });
    return begun;
  }

  async ordered(): Promise<{ readonly id: ReservationId; readonly intentId: PaymentIntentId }> {
    const paid = await this.captured();
    assert.equal(await this.office.confirm('alice', paid.id, paid.intentId), 'confirmed');
    return paid;
  }
}
