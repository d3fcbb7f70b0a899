import { EXTENSION_MAX_MS, HOLD_MS } from '../machine/settings.ts';
import { must } from './breach.ts';
import { COMMITTED, EXPIRED, HELD, REACQUIRED, RELEASED, RETURNED, type HoldRecord } from './records.ts';

/** Which states may follow a state on record. */
const FOLLOWING: Readonly<Record<number, readonly number[]>> = {
  [HELD]: [HELD, COMMITTED, RELEASED, EXPIRED],
  [COMMITTED]: [RETURNED],
  [RELEASED]: [COMMITTED],
  [EXPIRED]: [COMMITTED],
  [RETURNED]: [],
};

/** I5 and the hold contract for one record of a hold: what it may follow, and when. */
export function checkHold(id: string, before: HoldRecord | undefined, after: HoldRecord, nowMs: number): void {
  if (before === undefined) {
    must(after.version === 1 && after.state === HELD, 'I2', id, 'begins as something else than a first hold');
    must(after.createdAtMs === nowMs, 'I5', id, () => `was made at ${nowMs} and says ${after.createdAtMs}`);
    must(after.expiresAtMs - after.createdAtMs === HOLD_MS, 'I5', id, () => `is promised for ${after.expiresAtMs - after.createdAtMs} ms`);
    return;
  }
  must(after.version === before.version + 1, 'I4', id, () => `version ${after.version} follows ${before.version}`);
  must(FOLLOWING[before.state]?.includes(after.state) === true, 'I2', id, () => `state ${after.state} follows ${before.state}`);
  must(after.quantity === before.quantity && after.totalMinor === before.totalMinor && after.userId === before.userId, 'I2', id, 'changed what was frozen');
  must(sameSeats(before.seats, after.seats), 'I2', id, 'changed its seats');
  checkInstants(id, before, after, nowMs);
}

const sameSeats = (one: readonly number[], other: readonly number[]): boolean => one.length === other.length && one.every((seat, at) => seat === other[at]);

function checkInstants(id: string, before: HoldRecord, after: HoldRecord, nowMs: number): void {
  const isOver = before.expiresAtMs <= nowMs;
  const isFresh = (after.flags & REACQUIRED) === 0;
  switch (after.state) {
    case HELD:
      must(!isOver, 'I5', id, 'was extended after it had ended');
      must(before.extendedByMs === 0 && after.extendedByMs <= EXTENSION_MAX_MS, 'I5', id, 'was extended twice, or by too much');
      must(after.expiresAtMs === before.expiresAtMs + after.extendedByMs, 'I5', id, 'was extended by something else than it says');
      return;
    case COMMITTED:
      must(!isFresh || (before.state === HELD && !isOver), 'I5', id, () => `was committed ${nowMs - before.expiresAtMs} ms after its end`);
      return;
    case RELEASED:
      must(!isOver, 'I5', id, 'was released after it had ended');
      return;
    case EXPIRED:
      must(isOver, 'I5', id, () => `ended ${before.expiresAtMs - nowMs} ms early`);
      return;
    default:
      return;
  }
}
