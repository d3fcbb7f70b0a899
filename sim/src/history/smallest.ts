import { linearize } from './linearize.ts';
import type { Operation, Sequential } from './operation.ts';

/** States looked at for one question while a contradiction is made smaller: what takes longer stays in it. */
const STATES_A_QUESTION = 20_000;
const MOST_QUESTIONS = 600;
const LATER = Number.POSITIVE_INFINITY;

/**
 * Makes a contradiction smaller, so that what is left cannot all be true whatever else has happened: the history up to an instant, from an instant
 * at which nothing was under way, and the word of ever fewer operations taken for true. Answers them by time.
 */
export function smallest<State>(object: Sequential<State>, operations: readonly Operation[]): readonly Operation[] {
  let questions = 0;
  const isIllegal = (candidate: readonly Operation[]): boolean => questions++ < MOST_QUESTIONS && linearize(object, candidate, STATES_A_QUESTION).kind === 'illegal';
  const ended = upTo(operations, isIllegal);
  const begun = fromAQuietInstant(ended, isIllegal);
  const few = withoutOthers(begun, isIllegal);
  const told = new Set([...few, ...livesOf(few, ended)].map(({ id }) => id));
  return operations.filter(({ id }) => told.has(id)).sort((a, b) => a.startMs - b.startMs);
}

type Question = (candidate: readonly Operation[]) => boolean;

/** Cut at the earliest answer by which there is no order any more. Whoever had not been answered by then may have had an effect or none. */
function upTo(operations: readonly Operation[], isIllegal: Question): readonly Operation[] {
  const instants = operations.map(({ endMs }) => endMs).filter((endMs) => endMs !== LATER).sort((a, b) => a - b);
  const cut = (instantMs: number): readonly Operation[] =>
    operations.filter(({ startMs }) => startMs <= instantMs).map((operation) => (operation.endMs > instantMs ? doubt(operation) : operation));
  let [low, high] = [0, instants.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isIllegal(cut(instants[middle] ?? LATER))) high = middle;
    else low = middle + 1;
  }
  const ended = cut(instants[low] ?? LATER);
  return isIllegal(ended) ? ended : operations;
}

/**
 * What had ended before the latest instant at which nothing was under way is left out. Whoever had places by then keeps their operations, and so does
 * whoever gave some back last.
 */
function fromAQuietInstant(operations: readonly Operation[], isIllegal: Question): readonly Operation[] {
  const sorted = [...operations].sort((a, b) => a.startMs - b.startMs);
  const quiet: number[] = [];
  let busyUntilMs = Number.NEGATIVE_INFINITY;
  for (const { startMs, endMs } of sorted) {
    if (startMs > busyUntilMs && busyUntilMs !== Number.NEGATIVE_INFINITY) quiet.push(startMs);
    busyUntilMs = Math.max(busyUntilMs, endMs);
  }
  for (const instantMs of quiet.reverse().slice(0, 20)) {
    const begun = from(sorted, instantMs);
    if (isIllegal(begun)) return begun;
  }
  return operations;
}

function from(sorted: readonly Operation[], instantMs: number): readonly Operation[] {
  const given = sorted.filter(({ startMs, effect }) => startMs < instantMs && effect.kind === 'give').map(holderOf);
  const over = new Set(given.slice(0, -1));
  return sorted.filter((operation) => operation.startMs >= instantMs || (isChange(operation) && !over.has(holderOf(operation))));
}

const isChange = ({ effect }: Operation): boolean => effect.kind !== 'saw' && effect.kind !== 'refused' && effect.kind !== 'left';

const holderOf = ({ effect }: Operation): string | undefined => ('holder' in effect ? effect.holder : undefined);

/** An operation whose word is not taken may have happened at any time, or never; in the end such operations need not be told. */
function withoutOthers(operations: readonly Operation[], isIllegal: Question): readonly Operation[] {
  let kept = operations;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const ids = kept.map(({ id }) => id);
    for (let at = 0; at < ids.length; at += size) {
      const doubted = new Set(ids.slice(at, at + size));
      const candidate = kept.map((operation) => (doubted.has(operation.id) ? doubt(operation) : operation));
      if (isIllegal(candidate)) kept = candidate;
    }
  }
  return kept.filter(({ isSure }) => isSure);
}

/** What a buyer was told of their reservation is read beside all that they did with it. */
function livesOf(few: readonly Operation[], operations: readonly Operation[]): readonly Operation[] {
  const holders = new Set(few.filter(({ effect }) => effect.kind === 'saw').map(holderOf));
  return operations.filter((operation) => isChange(operation) && holders.has(holderOf(operation)));
}

const doubt = (operation: Operation): Operation => ({ ...operation, isSure: false });
