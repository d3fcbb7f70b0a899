import type { JoinAnswer, PlaceReading } from '@traffic-tacos/queue';
import type { Books } from './books.ts';
import { must } from './breach.ts';
import { LEASE_ENDED } from './records.ts';

/** Whose place it is, as they named themselves. */
export interface Named {
  readonly eventId: string;
  readonly userId: string | undefined;
  readonly label: string | undefined;
}

/** Somebody with a waiting token, and what they were told. */
export interface Waiter extends Named {
  readonly waitingToken: string;
  /** The place, as the token names it. */
  readonly key: string;
  reservationToken: string | undefined;
  /** The position that was told last, and at which event it was asked for. */
  told: { readonly event: number; readonly position: number } | undefined;
  /** Whether they have been told that it is over: then they ask no more. */
  isOver: boolean;
}

/** Everything that people in line were told. None of it may ever turn out untrue, whatever becomes of the process. */
export class Waiters {
  readonly list: Waiter[] = [];
  readonly #byKey = new Map<string, Waiter>();

  joined(named: Named, { waitingToken, reading }: Extract<JoinAnswer, { kind: 'joined' }>, event: number): Waiter {
    const key = waitingToken.slice(0, waitingToken.indexOf('.'));
    const known = this.#byKey.get(key);
    const waiter = known ?? { ...named, waitingToken, key, reservationToken: undefined, told: undefined, isOver: false };
    must(waiter.waitingToken === waitingToken, 'I9', key, 'has two waiting tokens');
    must(waiter.userId === named.userId && waiter.label === named.label, 'I10', key, 'was given to another');
    if (known === undefined) {
      this.#byKey.set(key, waiter);
      this.list.push(waiter);
    }
    this.position(waiter, reading, event);
    return waiter;
  }

  /** I9: of two positions that were asked for one after the other, the later is never the greater, in whatever order the answers come. */
  position(waiter: Waiter, { position }: Pick<PlaceReading, 'position'>, event: number): void {
    const { told, key } = waiter;
    if (position === undefined) return;
    if (told !== undefined) {
      const isLater = event >= told.event;
      const grown = isLater ? position > told.position : position < told.position;
      must(!grown, 'I9', key, () => `stood at ${told.position} at event ${told.event}, and at ${position} at event ${event}`);
      if (!isLater) return;
    }
    waiter.told = { event, position };
  }

  granted(waiter: Waiter, reservationToken: string): void {
    must(waiter.reservationToken === undefined || waiter.reservationToken === reservationToken, 'I8', waiter.key, 'was given two reservation tokens');
    waiter.reservationToken = reservationToken;
  }

  /** A place that was acknowledged is not unknown before it is over. */
  unknown(books: Books, { key }: Waiter): void {
    const place = books.place.get(key);
    must(place !== undefined && place.state >= LEASE_ENDED, 'I4', key, 'was acknowledged, and is not there');
  }

  /** I4, after a crash. */
  checkAgainst(books: Books): void {
    for (const { key, reservationToken } of this.list) {
      const place = books.place.get(key);
      must(place !== undefined, 'I4', key, 'was acknowledged before the crash, and is gone');
      must(reservationToken === undefined || (place?.tokenExpiresAtMs ?? 0) > 0, 'I4', key, 'was let in before the crash, and is not any more');
    }
  }
}
