import type { PaymentFacts, ReservationFacts, Update, UpdateSink } from '@traffic-tacos/gateway';
import { intentAt } from '@traffic-tacos/payment';
import { statusAt } from '@traffic-tacos/reservation';
import type { EpochMs } from '@traffic-tacos/kernel';
import type { Books } from './books.ts';
import { must } from './breach.ts';

/** What a stream shows of a reservation or a payment. */
export type Facts = Pick<ReservationFacts, 'status' | 'updatedAtMs' | 'holdExpiresAtMs'> | Pick<PaymentFacts, 'status' | 'updatedAtMs' | 'refundedAmountMinor'>;

/** A state in words and numbers that can be compared. */
interface Shown {
  readonly status: string;
  readonly updatedAtMs: number;
  /** Of a reservation the end of its hold, of a payment what went back: neither ever shrinks. */
  readonly amount: number;
}

const shownOf = (facts: Facts): Shown => ({ status: facts.status, updatedAtMs: facts.updatedAtMs, amount: 'holdExpiresAtMs' in facts ? facts.holdExpiresAtMs : facts.refundedAmountMinor });

const FINAL: ReadonlySet<string> = new Set(['CANCELLED', 'REFUNDED']);

/** Those who are remembered; whoever began to follow long ago has closed the page. */
const MOST = 12;

/** Somebody who follows something of their own, over losses. */
export class Follower {
  readonly kind: 'reservation' | 'intent';
  readonly id: string;
  readonly userId: string;
  /** The state that was seen last: what the client sends when it comes back. */
  seenId: string | undefined = undefined;
  seen: Shown | undefined = undefined;
  stream: Stream | undefined = undefined;
  /** Whether nothing more can come. */
  isOver = false;

  constructor(kind: 'reservation' | 'intent', id: string, userId: string) {
    this.kind = kind;
    this.id = id;
    this.userId = userId;
  }

  /** What has arrived, in the order in which it was sent. */
  arrived({ stateId, facts }: Pick<Update<Facts>, 'stateId' | 'facts'>): void {
    const shown = shownOf(facts);
    const { seen, id } = this;
    if (seen !== undefined) {
      must(shown.updatedAtMs >= seen.updatedAtMs && shown.amount >= seen.amount, 'live updates', id, () => `went back from ${JSON.stringify(seen)} to ${JSON.stringify(shown)}`);
      must(!FINAL.has(seen.status) || shown.status === seen.status, 'live updates', id, () => `is ${shown.status} after ${seen.status}`);
      must(stateId !== this.seenId, 'live updates', id, () => `shows ${stateId} again to whoever has seen it`);
    }
    this.seenId = stateId;
    this.seen = shown;
  }
}

/** One connection of a follower, as long as it lasts. What is sent is on its way until the scheduler delivers it; on a lost one nothing arrives any more. */
export class Stream implements UpdateSink<never> {
  readonly #send: (deliver: () => void) => void;
  readonly #shows: (update: Update<Facts>) => void;
  readonly #ended: (reason: string) => void;
  readonly #underWay: (() => void)[] = [];
  #tick: (() => void) | undefined = undefined;
  #end: (() => void) | undefined = undefined;
  isLost = false;

  constructor(parts: { readonly send: (deliver: () => void) => void; readonly shows: (update: Update<Facts>) => () => void; readonly ended: (reason: string) => void }) {
    this.#send = parts.send;
    this.#shows = (update) => this.#underWay.push(parts.shows(update));
    this.#ended = parts.ended;
  }

  update(update: Update<Facts>): void {
    if (this.isLost) return;
    this.#shows(update);
    this.#send(() => this.#deliver());
  }

  end(reason: string): void {
    if (this.isLost) return;
    this.#underWay.push(() => this.#ended(reason));
    this.#send(() => this.#deliver());
    this.#close();
  }

  onTick(listener: () => void): void {
    this.#tick = listener;
  }

  onEnd(listener: () => void): void {
    this.#end = listener;
  }

  tick(): void {
    this.#tick?.();
  }

  /** The connection breaks: what is under way is lost, and the process learns of it. */
  lose(): void {
    this.isLost = true;
    this.#close();
  }

  #close(): void {
    const end = this.#end;
    this.#end = undefined;
    this.#tick = undefined;
    end?.();
  }

  #deliver(): void {
    const next = this.#underWay.shift();
    if (!this.isLost) next?.();
  }
}

/** Everybody who follows, and what they may be shown: nothing that is not on disk, nothing older than before, and in the end the truth. */
export class Followers {
  readonly list: Follower[] = [];
  /** The life of the process that looks after the streams. */
  tickedBy: object | undefined = undefined;

  add(follower: Follower): void {
    this.list.push(follower);
    if (this.list.length > MOST) this.list.shift()?.stream?.lose();
  }

  find(id: string): Follower | undefined {
    return this.list.find((follower) => follower.id === id);
  }

  /** The process is no more: every connection breaks. */
  loseAll(): void {
    for (const follower of this.list) {
      if (follower.stream !== undefined) follower.stream.isLost = true;
      follower.stream = undefined;
    }
  }

  tick(): void {
    for (const { stream } of this.list) stream?.tick();
  }

  get areOpen(): boolean {
    return this.list.some(({ stream }) => stream !== undefined);
  }

  /** As it leaves the process: nothing is shown that could be taken back. */
  checkDurable(books: Books, { kind, id }: Follower, facts: Facts, nowMs: EpochMs): void {
    const truth = truthOf(kind === 'reservation' ? 'reservation' : 'intent', books, id, nowMs, 'durable');
    const shown = shownOf(facts);
    const isThere = truth !== undefined && shown.updatedAtMs <= truth.updatedAtMs && shown.amount <= truth.amount;
    must(isThere, 'live updates', id, () => `shows ${JSON.stringify(shown)}, and ${JSON.stringify(truth)} is on disk`);
  }

  /** Once nothing is under way any more, and everybody has come back. */
  checkAtRest(books: Books, nowMs: EpochMs): void {
    for (const { kind, id, seen, isOver, stream } of this.list) {
      must(isOver || stream !== undefined, 'live updates', id, 'is followed by somebody who cannot come back');
      const truth = truthOf(kind, books, id, nowMs, 'newest');
      const isSame = seen?.status === truth?.status && seen?.updatedAtMs === truth?.updatedAtMs && seen?.amount === truth?.amount;
      must(isSame, 'live updates', id, () => `was last shown as ${JSON.stringify(seen)}, and is ${JSON.stringify(truth)}`);
    }
  }
}

function truthOf(kind: Follower['kind'], books: Books, id: string, nowMs: EpochMs, which: 'durable' | 'newest'): Shown | undefined {
  if (kind === 'reservation') {
    const found = which === 'durable' ? books.durable('reservation', id) : books.reservation.get(id);
    return found === undefined ? undefined : { status: statusAt(found, nowMs), updatedAtMs: found.updatedAtMs, amount: found.holdExpiresAtMs };
  }
  const recorded = which === 'durable' ? books.durable('intent', id) : books.intent.get(id);
  if (recorded === undefined) return undefined;
  const { status, changedAtMs, refundedMinor } = intentAt(recorded, nowMs);
  return { status, updatedAtMs: changedAtMs, amount: refundedMinor };
}
