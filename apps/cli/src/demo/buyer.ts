import { SeededRandom } from '@traffic-tacos/kernel';

/** What somebody is going to do once they hold seats. */
export type Manner =
  | 'buys'
  | 'pays_slowly'
  | 'card_is_declined'
  | 'tries_their_luck'
  | 'pays_at_the_last_moment'
  | 'wants_the_money_back'
  | 'bank_never_answers'
  | 'changes_their_mind'
  | 'walks_away'
  | 'closes_the_tab';

/** One of the people who want seats. */
export interface Buyer {
  readonly userId: string;
  readonly token: string;
  readonly manner: Manner;
  /** Places wanted. */
  readonly wanted: number;
  readonly prefersStanding: boolean;
  /** Sends the same request twice at once, as a double click does. */
  readonly doubleClicks: boolean;
  /** Closes the page while in line, and is never heard of again. */
  readonly vanishes: boolean;
  /** Asks for seats before it is their turn. */
  readonly jumpsTheLine: boolean;
  /** After the sale has opened. */
  readonly arrivesAtMs: number;
  readonly random: SeededRandom;
}

/** So many of a hundred. The rest buys. */
const MANNERS: readonly (readonly [Manner, number])[] = [
  ['card_is_declined', 10],
  ['tries_their_luck', 8],
  ['changes_their_mind', 6],
  ['pays_slowly', 5],
  ['pays_at_the_last_moment', 4],
  ['wants_the_money_back', 4],
  ['walks_away', 4],
  ['closes_the_tab', 4],
  ['bank_never_answers', 2],
];
const STANDING_OF_100 = 25;
const DOUBLE_CLICKS_OF_100 = 5;
const VANISH_OF_100 = 5;
const JUMP_OF_100 = 2;
export const PLACES_WANTED_MAX = 4;

/** Draws who somebody is. The same seed and number give the same person, whatever the others do. */
export function drawBuyer(seed: number, number: number, identity: Pick<Buyer, 'userId' | 'token' | 'arrivesAtMs'>): Buyer {
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) + number);
  return {
    ...identity,
    manner: drawManner(random),
    wanted: 1 + random.below(PLACES_WANTED_MAX),
    prefersStanding: random.below(100) < STANDING_OF_100,
    doubleClicks: random.below(100) < DOUBLE_CLICKS_OF_100,
    vanishes: random.below(100) < VANISH_OF_100,
    jumpsTheLine: random.below(100) < JUMP_OF_100,
    random,
  };
}

function drawManner(random: SeededRandom): Manner {
  let draw = random.below(100);
  for (const [manner, share] of MANNERS) {
    if (draw < share) return manner;
    draw -= share;
  }
  return 'buys';
}
