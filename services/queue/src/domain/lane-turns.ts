/** A lane as far as its turn is concerned. */
export interface LaneTurn {
  /** Its part of the rate, against the others' parts. */
  readonly quota: number;
  credit: number;
}

/**
 * Whose turn it is: of the lanes that have somebody to let in, the one that is furthest behind its quota. What a lane does not use goes to the
 * others at once, and no lane that has people and a quota waits for ever. Answers the lane's number, or -1 where no lane has anybody.
 */
export function nextTurn(lanes: readonly LaneTurn[], hasSomebody: (lane: number) => boolean): number {
  let chosen = -1;
  let total = 0;
  for (let i = 0; i < lanes.length; i++) {
    const lane = lanes[i];
    if (lane === undefined || !hasSomebody(i)) continue;
    lane.credit += lane.quota;
    total += lane.quota;
    if (chosen === -1 || lane.credit > (lanes[chosen]?.credit ?? 0)) chosen = i;
  }
  const winner = lanes[chosen];
  if (winner !== undefined) winner.credit -= total;
  return chosen;
}
