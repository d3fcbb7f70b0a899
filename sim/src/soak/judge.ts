import type { Sample } from './measure.ts';

const MIB = 2 ** 20;
/** What the collector, compiled code and the caches of SQLite may differ by between two looks. */
const HEAP_SLACK_BYTES = 2 * MIB;
const RSS_SLACK_BYTES = 32 * MIB;
const JOURNAL_SLACK_BYTES = 8 * MIB;
const ROWS_SLACK = 50;
/** Arrivals are drawn, so that what is live moves a little; nothing may grow with what has been. */
const MOVES = 1.25;

/**
 * What has grown: the most of the last third against the most of the second one. The first is left out, in which tables fill up to what is
 * live. Empty where memory is flat.
 */
export function judge(samples: readonly Sample[]): readonly string[] {
  const third = Math.floor(samples.length / 3);
  const [before, after] = [samples.slice(third, 2 * third), samples.slice(2 * third)];
  const problems: string[] = [];
  const hold = (name: string, of: (sample: Sample) => number, mayBe: (was: number) => number): void => {
    const [was, is] = [Math.max(...before.map(of)), Math.max(...after.map(of))];
    if (is > mayBe(was)) problems.push(`${name} grew from ${was} to ${is}`);
  };
  hold('the heap', ({ heapBytes }) => heapBytes, (was) => was + HEAP_SLACK_BYTES);
  hold('the resident set', ({ rssBytes }) => rssBytes, (was) => was + RSS_SLACK_BYTES);
  hold('the journal', ({ journalBytes }) => journalBytes, (was) => was * MOVES + JOURNAL_SLACK_BYTES);
  for (const name of samples[0]?.rows.keys() ?? []) hold(`rows of ${name}`, ({ rows }) => rows.get(name) ?? 0, (was) => was * MOVES + ROWS_SLACK);
  return problems;
}
