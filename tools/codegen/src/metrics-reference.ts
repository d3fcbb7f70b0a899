import type { PlatformMetric, ProcessMetric } from '@traffic-tacos/kit';

/** The page of the metrics: what the platform records itself, what stands for parts that do not run yet, and what is told of every process. */
export function metricsPage(metrics: readonly PlatformMetric[], planned: readonly string[], ofProcess: readonly ProcessMetric[]): string {
  const own = metrics.map(({ name, kind, unit, labels = [], help, recordedBy }) => row(`\`${name}\``, kind, unit, namesOf(labels), help, recordedBy));
  const processes = ofProcess.map(({ name, unit, labels = [], help }) => row(`\`${name}\``, unit, namesOf(labels), help));
  const names = planned.map((name) => `\`${name}\``).join(', ');
  return [INTRODUCTION, ...own, '', PLANNED, '', `${names}.`, '', PROCESS, ...processes, ''].join('\n');
}

const namesOf = (labels: readonly string[]): string => labels.map((label) => `\`${label}\``).join(', ');
const row = (...cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const INTRODUCTION = `<!-- Generated from the table of metrics by npm run reference; do not edit. -->
# Metrics

Prometheus text at \`/actuator/prometheus\` of every REST port, and at \`/metrics\` for operators; on the gateway both are for operators only. All ports of one process
give the same figures. Labels are templates, names from the program's text, and event ids up to a limit: never a user, seat, reservation, order or payment.

| Metric | Kind | Counts in | Labels | Meaning | Recorded by |
|---|---|---|---|---|---|`;

const PLANNED = `## Planned ◦

These names are settled for parts of the platform that do not run yet. Nothing records them:`;

const PROCESS = `## Of every process

Recorded by prom-client. Virtual memory, data segment and descriptors are told on Linux only.

| Metric | Counts in | Labels | Meaning |
|---|---|---|---|`;
