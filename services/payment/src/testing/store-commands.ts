import { amountMinor, newId, SeededRandom, shardOf, type Clock, type Id, type IdWords, type ReservationId } from '@traffic-tacos/kernel';
import type { KeyedOperation, RequestKey } from '../domain/request-key.ts';
import type { CreateIntentCommand } from '../ports/payment-store.ts';
import { currencyCode } from './kept-reservations.ts';

type KeyedCreation = CreateIntentCommand & { readonly key: RequestKey };

/** Makes valid commands for a store, the same ones in every run. */
export class StoreCommands {
  readonly #clock: Clock;
  readonly #random = new SeededRandom(7);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  id<Prefix extends string>(prefix: Prefix): Id<Prefix> {
    return newId(prefix, this.#clock.nowMs(), shardOf('evt_2025_1001'), this.#random);
  }

  /** A key that nobody has used. */
  key(operation: KeyedOperation): RequestKey {
    return { operation, digest: this.#words(), fingerprint: this.#words() };
  }

  /** An intent of alice over 1,000 won by scenario APPROVE, under a new key, with what the test wants otherwise. */
  create(otherwise: Partial<KeyedCreation> = {}): KeyedCreation {
    const reservationId: ReservationId = this.id('rsv');
    return {
      intentId: this.id('pay'),
      reservationId,
      eventId: 'evt_2025_1001',
      userId: 'alice',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      amountMinor: amountMinor(1_000),
      currency: currencyCode('KRW'),
      scenario: 'APPROVE',
      method: undefined,
      draw: 0,
      key: this.key('payment.create'),
      ...otherwise,
    };
  }

  #words(): IdWords {
    return { w0: this.#random.u32() | 0, w1: this.#random.u32() | 0, w2: this.#random.u32() | 0, w3: this.#random.u32() | 0 };
  }
}

/** The same key with other content. */
export const withOtherContent = (key: RequestKey): RequestKey => ({ ...key, fingerprint: { ...key.fingerprint, w0: key.fingerprint.w0 ^ 1 } });
