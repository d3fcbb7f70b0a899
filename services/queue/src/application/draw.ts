import { createHash, hash } from 'node:crypto';

const ID_BYTES = 16;
const NUMBERS_PER_HASH = 8;

/** The people of one lane who take part in a draw, in the order in which they came. */
export interface DrawnLane {
  /** 16 bytes each: the ids of their places. */
  readonly ids: Uint8Array;
  /** For each of them, the place in line that was drawn: 0 for the first. */
  readonly slots: Uint32Array;
}

/** What is published before a draw: SHA-256 of the seed's bytes, in hex. */
export const seedHashOf = (seedHex: string): string => hash('sha256', Buffer.from(seedHex, 'hex'), 'hex');

/** People whom one step of a draw deals with; between two steps whoever draws may do something else. */
export const PEOPLE_A_STEP = 1_024;

/** What is published at closing: SHA-256, in hex, over the lanes one after the other: of each its number of people in four bytes, little endian, and their ids. */
export const rootOf = (lanes: readonly Pick<DrawnLane, 'ids'>[]): string => resultOf(rootSteps(lanes));

/** The same, step by step. */
export function* rootSteps(lanes: readonly Pick<DrawnLane, 'ids'>[]): Generator<undefined, string> {
  const sum = createHash('sha256');
  for (const { ids } of lanes) {
    const count = Buffer.alloc(4);
    count.writeUInt32LE(ids.length / ID_BYTES);
    sum.update(count);
    for (let at = 0; at < ids.length; at += PEOPLE_A_STEP * ID_BYTES) {
      sum.update(ids.subarray(at, at + PEOPLE_A_STEP * ID_BYTES));
      yield;
    }
  }
  return sum.digest('hex');
}

/**
 * The drawn place of each person of a lane: a shuffle (R. Durstenfeld, 1964) by numbers of the stream SHA-256(seed, lane, counter), each number drawn
 * again that would favour somebody. Whoever knows the seed comes to the same places.
 */
export const drawLane = (seedHex: string, lane: number, people: number): Uint32Array => resultOf(drawSteps(seedHex, lane, people));

/** The same, step by step. */
export function* drawSteps(seedHex: string, lane: number, people: number): Generator<undefined, Uint32Array> {
  const order = new Uint32Array(people);
  for (let person = 0; person < people; person++) {
    order[person] = person;
    if (person % PEOPLE_A_STEP === 0) yield;
  }
  const below = numbersFrom(seedHex, lane);
  for (let last = people - 1; last > 0; last--) {
    const other = below(last + 1);
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
    if (last % PEOPLE_A_STEP === 0) yield;
  }
  const slots = new Uint32Array(people);
  for (let slot = 0; slot < people; slot++) {
    slots[order[slot] ?? 0] = slot;
    if (slot % PEOPLE_A_STEP === 0) yield;
  }
  return slots;
}

function resultOf<Result>(steps: Generator<undefined, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Whole numbers from 0 to below the bound, none more likely than another. */
function numbersFrom(seedHex: string, lane: number): (bound: number) => number {
  const input = Buffer.alloc(40);
  input.write(seedHex, 'hex');
  input.writeUInt32LE(lane, 32);
  let block = Buffer.alloc(0);
  let counter = 0;
  let used = NUMBERS_PER_HASH;
  const next = (): number => {
    if (used === NUMBERS_PER_HASH) {
      input.writeUInt32LE(counter++, 36);
      block = hash('sha256', input, 'buffer');
      used = 0;
    }
    return block.readUInt32LE(4 * used++);
  };
  return (bound) => {
    const fair = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    let number = next();
    while (number >= fair) number = next();
    return number % bound;
  };
}

/** All that is published of a draw that was held. */
export interface PublishedDraw {
  readonly seedHash: string;
  readonly root: string;
  readonly seed: string;
  /** Of each lane its people's ids, in the order in which they came. */
  readonly lanes: readonly Uint8Array[];
}

export type DrawVerdict =
  | { readonly kind: 'genuine'; readonly slots: readonly Uint32Array[] }
  /** The seed is not the one whose hash was published before. */
  | { readonly kind: 'other_seed' }
  /** The list is not the one whose root was published at closing. */
  | { readonly kind: 'other_list' };

/** Draws again from what was published. Nobody has to be believed for it. */
export function verifyDraw({ seedHash, root, seed, lanes }: PublishedDraw): DrawVerdict {
  if (seedHashOf(seed) !== seedHash) return { kind: 'other_seed' };
  if (rootOf(lanes.map((ids) => ({ ids }))) !== root) return { kind: 'other_list' };
  return { kind: 'genuine', slots: lanes.map((ids, lane) => drawLane(seed, lane, ids.length / ID_BYTES)) };
}
