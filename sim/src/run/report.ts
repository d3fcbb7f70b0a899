import { writeRanges } from './ranges.ts';
import type { Simulation } from './simulate.ts';

/** What a simulation has found, for people; with the command that plays a failure again. */
export function describe({ totals, digest, failed }: Simulation, steps: number, seconds: number): string {
  const { seeds, emptySteps, requests, answers, boots, entriesLost } = totals;
  const rate = Math.round(totals.steps / Math.max(seconds, 0.001)).toLocaleString('en');
  const lines = [
    `${totals.steps.toLocaleString('en')} steps of ${seeds.toLocaleString('en')} seeds in ${seconds.toFixed(1)} s of one core (${rate} a second), digest ${digest.toString(16).padStart(8, '0')}`,
    `${emptySteps.toLocaleString('en')} more found nothing to do and are not counted; ${requests.toLocaleString('en')} requests, ${answers.toLocaleString('en')} answers, ${boots.toLocaleString('en')} starts, ${entriesLost.toLocaleString('en')} unacknowledged entries lost in crashes`,
  ];
  if (failed === undefined) return [...lines, '✔ no guarantee was broken', ''].join('\n');
  const { run, invariant, shrunk } = failed;
  const cause = (shrunk?.run ?? run).broken?.cause;
  lines.push(`✖ ${invariant} is broken by seed ${run.seed}, step ${run.broken?.step ?? 0}`);
  if (shrunk !== undefined) lines.push(`The shortest trace found has ${shrunk.kept.length} steps:`, ...shrunk.run.trace.map((line) => `  ${line}`));
  lines.push(`  ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`, 'Again:', `  ${again(run.seed, steps, shrunk?.kept)}`, '');
  return lines.join('\n');
}

const again = (seed: number, steps: number, kept: readonly number[] | undefined): string =>
  `npm run sim -- --seed ${seed} --steps ${steps}${kept === undefined ? '' : ` --keep ${writeRanges(kept)}`}`;
