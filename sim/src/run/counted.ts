/** What is counted of a run: events by their kind, and what came of them. */
export const nothingCounted = () => ({ requests: 0, answers: 0, unknown: 0, boots: 0, entriesLost: 0, operation: 0, message: 0, turn: 0, timer: 0, soldOut: 0, moved: 0, segments: 0, refusedStarts: 0 });

export type Counted = ReturnType<typeof nothingCounted>;
