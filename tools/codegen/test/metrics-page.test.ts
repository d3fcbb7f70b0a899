import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { METRICS, PLANNED_METRICS } from '@traffic-tacos/kit';
import { productSources, type ProductSource } from '../src/product-sources.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const TABLE = 'packages/kit/src/metrics/metric-table.ts';
const DECLARES_ITS_OWN = /\.(?:counter|gauge|histogram)\(\s*\{/;

/** Metrics of the table that nothing records, and sources that declare one beside the table. */
function strays(sources: readonly ProductSource[]): readonly string[] {
  const recording = sources.filter(({ path }) => path !== TABLE);
  const isRecorded = (key: string): boolean => recording.some(({ text }) => text.includes(`METRICS.${key}`));
  const unrecorded = Object.keys(METRICS).filter((key) => !isRecorded(key));
  return [...unrecorded, ...recording.filter(({ text }) => DECLARES_ITS_OWN.test(text)).map(({ path }) => path)];
}

test('every metric of the table is recorded somewhere, and none is declared beside it', () => {
  assert.deepEqual(strays(productSources(ROOT)), []);
});

test('a metric that nothing records, and one declared beside the table, are found', () => {
  const sources = productSources(ROOT).map(({ path, text }) => ({ path, text: text.replaceAll('METRICS.seats', 'nothing') }));
  const beside = { path: 'services/queue/src/meters.ts', text: "metrics.counter({ name: 'x_total', help: 'x' })" };
  assert.deepEqual(strays([...sources, beside]), ['seats', beside.path]);
});

test('the metrics that interfaces.md names are those of the table and those that are planned', () => {
  const text = readFileSync(join(ROOT, 'docs/reference/interfaces.md'), 'utf8');
  const section = /## 9\. Metrics[\s\S]*?(?=\*\*Logs\*\*)/.exec(text)?.[0] ?? '';
  const named = [...section.matchAll(/`([a-z][a-z_]*(?:_seconds|_total|_size|_state|_waiting)|seats|push_streams)`/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(named)].sort(), [...Object.values(METRICS).map(({ name }) => name), ...PLANNED_METRICS].sort());
});
