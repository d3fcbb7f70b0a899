import { writeRanges } from './ranges.ts';
import type { Simulation } from './simulate.ts';

/** What a simulation has found, for people; with the command that plays a failure again. */
export function describe({ totals, digest, failed }: Simulation, steps: number, seconds: number): string {
  const { seeds, events, emptySteps, counted } = totals;
  const { requests, answers, operation, message, turn, timer, boots, entriesLost, moved, segments, refusedStarts } = counted;
  const others = events - requests - answers - operation - message - turn - timer - boots;
  const perSecond = (count: number): string => inWords(Math.round(count / Math.max(seconds, 0.001)));
  const lines = [
    `${inWords(events)} events of ${inWords(seeds)} seeds in ${seconds.toFixed(1)} s of one core (${perSecond(events)} a second; ${perSecond(events - timer)} without timers, of them ${perSecond(requests)} requests), digest ${digest.toString(16).padStart(8, '0')}`,
    `${inWords(requests)} requests and ${inWords(answers)} answers arrived, ${inWords(operation)} operations of the disk and ${inWords(message)} messages came to their end, ${inWords(turn)} turns ended, ${inWords(timer)} timers ran, ${inWords(boots)} starts, ${inWords(others)} times time passed or something broke down`,
    `${inWords(emptySteps)} steps found nothing to do or only sent requests, and are not counted; ${inWords(entriesLost)} unacknowledged entries were lost in crashes`,
    `${inWords(moved)} records left memory for a history and ${inWords(segments)} segments the disk; ${inWords(refusedStarts)} starts refused to go on without a history's file`,
  ];
  if (failed === undefined) return [...lines, '✔ no guarantee was broken', ''].join('\n');
  const { run, invariant, shrunk } = failed;
  const cause = (shrunk?.run ?? run).broken?.cause;
  lines.push(`✖ ${invariant} is broken by seed ${run.seed}, step ${run.broken?.step ?? 0}`);
  if (shrunk !== undefined) lines.push(`The shortest trace found has ${shrunk.kept.length} steps:`, ...shrunk.run.trace.map((line) => `  ${line}`));
  lines.push(`  ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`, 'Again:', `  ${again(run.seed, steps, shrunk?.kept)}`, '');
  return lines.join('\n');
}

const inWords = (count: number): string => count.toLocaleString('en');

const again = (seed: number, steps: number, kept: readonly number[] | undefined): string =>
  `npm run sim -- --seed ${seed} --steps ${steps}${kept === undefined ? '' : ` --keep ${writeRanges(kept)}`}`;
