/** A rate that was tried, and where to look next if it was too high. */
export interface FirstTry {
  readonly rate: number;
  readonly isHeld: boolean;
  readonly guessBelow: number;
}

/** Found to within a tenth. */
const CLOSE_ENOUGH = 1.1;
const RAISE = 1.2;

/** The highest rate that is known to hold after at most so many tries more, each closer to where it ends; 0 where none did. */
export async function highestRate(first: FirstTry, tries: number, holdsAt: (rate: number) => Promise<boolean>): Promise<number> {
  let [held, missed] = first.isHeld ? [first.rate, Number.POSITIVE_INFINITY] : [0, first.rate];
  let guess = first.isHeld ? held * RAISE : Math.min(first.guessBelow, missed / CLOSE_ENOUGH);
  for (let tried = 0; tried < tries && missed > held * CLOSE_ENOUGH; tried++) {
    const rate = Math.max(1, Math.round(guess));
    if (await holdsAt(rate)) held = rate;
    else missed = rate;
    guess = missed === Number.POSITIVE_INFINITY ? held * RAISE : (held + missed) / 2;
  }
  return held;
}
