/** What bounds the people who are let in by one tick. All are counts. */
export interface AdmissionBounds {
  /** What the rate allows for the time since the last tick. */
  readonly allowance: number;
  /** The most people who may be inside at once. */
  readonly ceiling: number;
  /** Ready and unclaimed, admitted with a live token, and holding. */
  readonly active: number;
  /** What the services behind can still take. */
  readonly headroom: number;
  readonly freeSeats: number;
  /** How many people may come for one free seat. */
  readonly seatsFactor: number;
  /** Those of `active` who hold nothing yet. */
  readonly readyAndAdmitted: number;
}

/** How many people a tick lets in: one debit of everything that bounds it, never less than none. */
export function admissionOf(bounds: AdmissionBounds): number {
  const { allowance, ceiling, active, headroom, freeSeats, seatsFactor, readyAndAdmitted } = bounds;
  return Math.max(0, Math.floor(Math.min(allowance, ceiling - active, headroom, freeSeats * seatsFactor - readyAndAdmitted)));
}

/** The longest time that one tick makes good: after a stall nobody is let in for all of it at once. */
const LONGEST_TICK_MS = 1_000;

export interface Allowance {
  readonly whole: number;
  /** The part of a person that is left over; it counts for the next tick. */
  readonly carry: number;
}

/** What a rate allows for a time. Whole people that nobody used are not saved up. */
export function allowanceOf(perSecond: number, elapsedMs: number, carry: number): Allowance {
  const exact = carry + (perSecond * Math.min(Math.max(elapsedMs, 0), LONGEST_TICK_MS)) / 1_000;
  const whole = Math.floor(exact);
  return { whole, carry: exact - whole };
}
