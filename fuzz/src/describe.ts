import { writeKept } from './case.ts';
import type { FuzzReport } from './fuzz.ts';
import type { Only } from './grammar.ts';

/** A run as lines for people: figures first, and what was found with the command that shows it again. */
export function describeReport(report: FuzzReport, only: Only): string {
  const { seed, from, cases, requests, seconds, answers, acknowledged, rssMegabytes, found } = report;
  const rate = Math.round(cases / seconds);
  const told = [...answers].sort(([, a], [, b]) => b - a).map(([answer, count]) => `${answer}: ${count}`);
  const lines = [
    `${cases} cases from ${from} on (${requests} requests) in ${seconds.toFixed(1)} s, ${rate} cases/s; seed ${seed}; ${acknowledged} reservations acknowledged; ${rssMegabytes} MB`,
    `answers  ${told.join('  ')}`,
    found === undefined ? 'nothing found' : `FOUND  ${found.problem}`,
  ];
  if (found?.shrunk !== undefined) {
    const { fuzzCase, kept, wrong } = found.shrunk;
    const steps = fuzzCase.steps.map(({ target, mutations }) => `  ${target.name}${mutations.map(({ name }) => ` + ${name}`).join('')}`);
    lines.push('the least of it:', ...steps, `  > ${wrong.sent}`, `  < ${wrong.received}`, `  ${wrong.problem}`);
    lines.push(`again:  npm run fuzz -- --seed ${seed} --only ${only} --case ${fuzzCase.index} --keep '${writeKept(kept)}'`);
  } else if (found !== undefined) {
    if (found.suspects.length > 0) lines.push(`none of these cases shows it alone: ${found.suspects.join(' ')}`);
    lines.push(`again:  npm run fuzz -- --seed ${seed} --only ${only} --from ${from} --cases ${cases}`);
  }
  return `${lines.join('\n')}\n`;
}
