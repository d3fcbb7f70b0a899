/** Where a place can be, as numbers for typed arrays. Every place of a section is in exactly one of these (I1). */
export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;
export const BLOCKED = 3;

export type SeatCode = typeof FREE | typeof HELD | typeof SOLD | typeof BLOCKED;
export type SeatState = 'free' | 'held' | 'sold' | 'blocked';

const NAMES: readonly SeatState[] = ['free', 'held', 'sold', 'blocked'];

export const seatStateOf = (code: number): SeatState => NAMES[code] ?? 'blocked';
