import { hash } from 'node:crypto';
import { formatId, sameWords, type IdWords } from '@traffic-tacos/kernel';
import type { Books } from './books.ts';
import { must } from './breach.ts';
import type { Line } from './lines.ts';
import type { Presence } from './presence.ts';
import { ADMITTED, HELD, LEASE_ENDED, LEFT, placeId, READY, SALE_ENDED, SOLD_OUT, SPENT, TOKEN_RAN_OUT, USED, WAITING, type Entry, type PlaceRecord } from './records.ts';

const CLAIM_MS = 10_000;
const TOKEN_TTL_MS = 300_000;

/** Which states may follow a state on record. */
const FOLLOWING: Readonly<Record<number, readonly number[]>> = {
  [WAITING]: [READY, LEASE_ENDED, LEFT, SOLD_OUT, SALE_ENDED],
  [READY]: [WAITING, ADMITTED, LEASE_ENDED, LEFT, SOLD_OUT, SALE_ENDED],
  [ADMITTED]: [SPENT, TOKEN_RAN_OUT, LEFT],
  [SPENT]: [USED],
};

/** What a place is checked against. */
export interface Ground {
  readonly books: Books;
  readonly line: Line;
  readonly presence: Presence;
  readonly nowMs: number;
}

/** I8 and I9 for one image of a place: what it may follow, when, and with what beside it in the entry. */
export function checkPlace(ground: Ground, entry: Entry, before: PlaceRecord | undefined, after: PlaceRecord): void {
  const id = placeId(after);
  const { nowMs } = ground;
  if (before === undefined) {
    must(after.version === 1 && after.state === WAITING && after.joinedAtMs === nowMs, 'I9', id, 'begins as something else than a new place');
    checkSolitary(ground, entry, after);
    return;
  }
  must(after.version === before.version + 1, 'I4', id, () => `version ${after.version} follows ${before.version}`);
  must(FOLLOWING[before.state]?.includes(after.state) === true, 'I8', id, () => `state ${after.state} follows ${before.state}`);
  must(after.lane === before.lane && after.arrival === before.arrival && sameWords(after.owner, before.owner), 'I9', id, 'changed what was frozen');
  checkInstants(ground, id, before, after);
  if (after.state === SPENT) checkSpending(entry, after);
  if (after.state === USED) checkHoldIsOver(ground, entry, after);
}

/** One place for each owner who can be told from others. */
function checkSolitary({ line }: Ground, entry: Entry, after: PlaceRecord): void {
  if (after.ownerKind === 'visitor') return;
  for (const { key, place } of line.people.values()) {
    if (!sameWords(place.owner, after.owner)) continue;
    const isEnding = entry.place.some((ending) => placeId(ending) === key && ending.state >= LEASE_ENDED);
    must(isEnding, 'I9', placeId(after), () => `is a second place beside ${key}`);
  }
}

function checkInstants({ presence, nowMs }: Ground, id: string, before: PlaceRecord, after: PlaceRecord): void {
  switch (after.state) {
    case ADMITTED:
      must(after.tokenExpiresAtMs === nowMs + TOKEN_TTL_MS, 'I8', id, 'has a token of another length');
      return;
    case SPENT:
      must(before.tokenExpiresAtMs > nowMs, 'I8', id, 'spent a token that had run out');
      return;
    case TOKEN_RAN_OUT:
      must(before.tokenExpiresAtMs <= nowMs, 'I8', id, () => `lost its token ${before.tokenExpiresAtMs - nowMs} ms early`);
      return;
    case WAITING:
      must(before.changedAtMs + CLAIM_MS <= nowMs, 'I9', id, 'lost its turn before it could be claimed');
      return;
    case LEASE_ENDED:
      must(presence.mayLeaseBeOver(id, nowMs), 'I9', id, 'was given up while its owner was heard of');
      return;
    default:
      return;
  }
}

/** I8: a token is spent for one reservation, in its entry, of its event and of its owner. */
function checkSpending(entry: Entry, after: PlaceRecord): void {
  const id = placeId(after);
  const spentFor = after.reservation === undefined ? undefined : formatId('rsv', after.reservation);
  const made = entry.reservation.find((reservation) => reservation.id === spentFor);
  must(made?.version === 1 && made.eventId === after.eventId, 'I8', id, () => `was spent for ${String(spentFor)}, which is not made in that entry`);
  if (after.ownerKind !== 'account' || made === undefined) return;
  must(sameWords(after.owner, ownerOf('account', after.eventId, made.userId)), 'I8', id, () => `was spent by ${made.userId}, who is another`);
}

/** A slot returns when the hold has ended, and no sooner. */
function checkHoldIsOver({ books, nowMs }: Ground, entry: Entry, after: PlaceRecord): void {
  const id = after.reservation === undefined ? '' : formatId('rsv', after.reservation);
  const hold = entry.hold[entry.holdIds.indexOf(id)] ?? books.hold.get(id);
  must(hold !== undefined && (hold.state !== HELD || hold.expiresAtMs <= nowMs), 'I8', placeId(after), 'gave its slot back while its hold lives');
}

/** As records name the owner of a place: who is signed in, or a visitor's label. */
export function ownerOf(kind: 'account' | 'label', eventId: string, name: string): IdWords {
  const digest = hash('sha256', `${kind}\n${eventId}\n${name}`, 'buffer');
  return { w0: digest.readInt32LE(0), w1: digest.readInt32LE(4), w2: digest.readInt32LE(8), w3: digest.readInt32LE(12) };
}

/** I8: where admission is demanded, nobody reserves without spending a token for it. */
export function checkAdmitted(entry: Entry, demandsAdmission: (eventId: string) => boolean): void {
  for (const { id, version, eventId } of entry.reservation) {
    if (version !== 1 || !demandsAdmission(eventId)) continue;
    const spent = entry.place.filter(({ state, reservation }) => state === SPENT && reservation !== undefined && formatId('rsv', reservation) === id);
    must(spent.length === 1, 'I8', id, () => `was made with ${spent.length} tokens`);
  }
}
