import type { SeededRandom } from '@traffic-tacos/kernel';
import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';

/** Seats side by side that the map shows as free; undefined where it shows none. People prefer the front, which is what makes them collide. */
export function chooseSeats(map: JsonObject, wanted: number, random: SeededRandom): readonly string[] | undefined {
  for (const quantity of wanted === 1 ? [1] : [wanted, 1]) {
    const runs = freeRuns(map, quantity);
    if (runs.length > 0) return runs[towardsTheFront(runs.length, random)];
  }
  return undefined;
}

/** Free runs of the length that do not overlap, row by row from the front. */
function freeRuns(map: JsonObject, quantity: number): readonly (readonly string[])[] {
  const free = 'f'.repeat(quantity);
  const runs: string[][] = [];
  for (const section of listIn(map, 'sections').map(objectOf)) {
    for (const row of listIn(section, 'seats').map(objectOf)) {
      const states = textIn(row, 'states');
      const prefix = `${textIn(section, 'id')}-${textIn(row, 'row')}-`;
      for (let at = states.indexOf(free); at !== -1; at = states.indexOf(free, at + quantity)) {
        const first = numberIn(row, 'from') + at;
        runs.push(Array.from({ length: quantity }, (_, i) => `${prefix}${first + i}`));
      }
    }
  }
  return runs;
}

const FINENESS = 1024;

/** An index below `length`: the square of a uniform draw, so that half of all people want the first quarter. */
function towardsTheFront(length: number, random: SeededRandom): number {
  const part = random.below(FINENESS) / FINENESS;
  return Math.floor(part * part * length);
}
