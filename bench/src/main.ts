import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plot } from './plot.ts';
import type { Bar, Figures, Scenario } from './scenario.ts';
import { bestSeats } from './scenarios/best-seats.ts';
import { draw } from './scenarios/draw.ts';
import { growth } from './scenarios/growth.ts';
import { expiry } from './scenarios/expiry.ts';
import { grpc } from './scenarios/grpc.ts';
import { headline } from './scenarios/headline.ts';
import { holds } from './scenarios/holds.ts';
import { onsale } from './scenarios/onsale.ts';
import { queue } from './scenarios/queue.ts';
import { lifecycle } from './scenarios/lifecycle.ts';
import { overload } from './scenarios/overload.ts';
import { recovery } from './scenarios/recovery.ts';
import { start } from './scenarios/start.ts';
import { steady } from './scenarios/steady.ts';

const SCENARIOS: readonly Scenario[] = [holds, lifecycle, grpc, growth, recovery, expiry, queue, draw, onsale, headline, overload, start, bestSeats, steady];

const USAGE = `npm run bench -- [NAME…] [--quick] [--json FILE] [--plots DIR]

${SCENARIOS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, plots: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  const unknown = positionals.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (values.help || unknown.length > 0) {
    process.stderr.write(unknown.length > 0 ? `no scenario is called ${unknown.join(', ')}\n\n${USAGE}` : USAGE);
    return values.help ? 0 : 2;
  }
  const chosen = positionals.length === 0 ? SCENARIOS : SCENARIOS.filter(({ name }) => positionals.includes(name));
  const results: Record<string, Figures> = {};
  for (const scenario of chosen) {
    process.stderr.write(`${scenario.name}: ${scenario.summary}\n`);
    const figures = await scenario.run({
      quick: values.quick,
      log: (line) => process.stderr.write(`  ${line}\n`),
      draw: (title, xName, lines) => {
        if (values.plots !== undefined) writeFileSync(join(values.plots, `${scenario.name}.svg`), plot(title, xName, lines));
      },
    });
    results[scenario.name] = figures;
    process.stdout.write(table(scenario, figures, values.quick));
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ ...machine(), quick: values.quick, scenarios: results }, null, 2)}\n`);
  return 0;
}

function table({ name, bars }: Scenario, figures: Figures, quick: boolean): string {
  const rows = Object.entries(figures).map(([figure, value]) => {
    const bar = bars.find((one) => one.figure === figure);
    const verdict = bar === undefined || quick ? '' : `${barText(bar)}  ${meets(bar, Number(value)) ? 'met' : 'MISSED'}`;
    return `  ${figure.padEnd(24)} ${String(value).padStart(12)}  ${verdict}`.trimEnd();
  });
  return `${name}${quick ? ' (quick: the figures say nothing)' : ''}\n${rows.join('\n')}\n`;
}

const barText = ({ atLeast, atMost }: Bar): string => (atLeast === undefined ? `≤ ${atMost ?? ''}` : `≥ ${atLeast}`);
const meets = ({ atLeast, atMost }: Bar, value: number): boolean => value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);

function machine(): Figures {
  return {
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    node: process.version,
    cpus: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
    durability: 'fdatasync before each answer',
  };
}

process.exitCode = await main();
