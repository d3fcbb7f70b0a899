import { writeKept } from './case.ts';
import type { Figures, FuzzReport } from './fuzz.ts';
import type { Only } from './grammar.ts';

/** A run as lines for people: figures first, and what was found with the command that shows it again. */
export const describeReport = (report: FuzzReport, only: Only): string => describeRun(report, describeFound(report, only));

/** The same where what was found is told already; undefined where nothing was. */
export function describeRun(figures: Figures, found: string | undefined): string {
  const { seed, from, cases, requests, seconds, answers, asked, acknowledged, rssMegabytes } = figures;
  const rate = Math.round(cases / seconds);
  const lines = [
    `${cases} cases from ${from} on (${requests} requests) in ${seconds.toFixed(1)} s, ${rate} cases/s; seed ${seed}; ${acknowledged} reservations acknowledged; ${rssMegabytes} MB`,
    `asked    ${listOf(asked).join('\n         ')}`,
    `answers  ${listOf(answers).join('  ')}`,
    found ?? 'nothing found',
  ];
  return `${lines.join('\n')}\n`;
}

const listOf = (counts: ReadonlyMap<string, number>): readonly string[] => [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name}: ${count}`);

/** What was found, with the command that shows it again; undefined where nothing was. */
export function describeFound({ seed, from, cases, found }: FuzzReport, only: Only): string | undefined {
  if (found === undefined) return undefined;
  const lines = [`FOUND  ${found.problem}`];
  if (found.shrunk !== undefined) {
    const { fuzzCase, kept, wrong } = found.shrunk;
    const steps = fuzzCase.steps.map(({ target, mutations }) => `  ${target.name}${mutations.map(({ name }) => ` + ${name}`).join('')}`);
    lines.push('the least of it:', ...steps, `  > ${wrong.sent}`, `  < ${wrong.received}`, `  ${wrong.problem}`);
    lines.push(`again:  npm run fuzz -- --seed ${seed} --only ${only} --case ${fuzzCase.index} --keep '${writeKept(kept)}'`);
  } else {
    const [suspect, ...others] = found.suspects;
    if (suspect !== undefined && others.length === 0) lines.push(`alone:  npm run fuzz -- --seed ${seed} --only ${only} --case ${suspect}`);
    if (others.length > 0) lines.push(`one of these cases, none of which shows it alone: ${found.suspects.join(' ')}`);
    lines.push(`again:  npm run fuzz -- --processes 1 --seed ${seed} --only ${only} --from ${from} --cases ${cases}`);
  }
  return lines.join('\n');
}
