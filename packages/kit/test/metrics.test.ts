import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '../src/index.ts';

const quiet = () => createMetrics({ processMetrics: false });

test('a histogram counts each value in the bucket whose bound it does not exceed, and sums up', async () => {
  const metrics = quiet();
  const histogram = metrics.histogram({ name: 'x_seconds', help: 'x', labels: ['kind'] }, [0.1, 1]).with('a');
  for (const value of [0, 0.1, 0.100001, 1, 1.5, 100]) histogram.observe(value);
  const lines = (await metrics.text()).split('\n');
  for (const line of [
    'x_seconds_bucket{le="0.1",kind="a"} 2',
    'x_seconds_bucket{le="1",kind="a"} 4',
    'x_seconds_bucket{le="+Inf",kind="a"} 6',
    'x_seconds_count{kind="a"} 6',
    '# TYPE x_seconds histogram',
  ]) {
    assert.ok(lines.includes(line), line);
  }
  assert.match(lines.join('\n'), /x_seconds_sum\{kind="a"\} 102\.70/);
});

test('counters add up, gauges stand where they were set or read, and one without labels starts at zero', async () => {
  const metrics = quiet();
  const counter = metrics.counter({ name: 'c_total', help: 'c', labels: ['l'] });
  counter.with('a').inc();
  counter.with('a').inc(2);
  metrics.counter({ name: 'zero_total', help: 'z' });
  metrics.gauge({ name: 'g', help: 'g' }).with().set(5);
  let reads = 0;
  metrics.gauge({ name: 'r', help: 'r' }, (gauge) => gauge.with().set(++reads));
  const first = await metrics.text();
  for (const line of ['c_total{l="a"} 3', 'zero_total 0', 'g 5', 'r 1']) assert.ok(first.split('\n').includes(line), line);
  assert.ok((await metrics.text()).split('\n').includes('r 2'));
  assert.ok((await metrics.text()).split('\n').includes('c_total{l="a"} 3'), 'reading does not count');
});

test('asking twice for a name gives one metric, asking for another kind or other labels is a bug, and platforms share nothing', async () => {
  const metrics = quiet();
  const spec = { name: 'c_total', help: 'c', labels: ['l'] };
  metrics.counter(spec).with('a').inc();
  metrics.counter(spec).with('a').inc();
  assert.match(await metrics.text(), /c_total\{l="a"\} 2/);
  assert.throws(() => metrics.gauge(spec), /two ways/);
  assert.throws(() => metrics.counter({ ...spec, labels: ['other'] }), /two ways/);
  assert.throws(() => metrics.counter(spec).with('a', 'b'), /wants labels l/);
  assert.doesNotMatch(await quiet().text(), /c_total/);
});

test('labels that grow without bound end in one child, so that memory does not', async () => {
  const metrics = quiet();
  const counter = metrics.counter({ name: 'c_total', help: 'c', labels: ['id'] });
  for (let i = 0; i < 5_010; i++) counter.with(`id-${i}`).inc();
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('c_total'));
  assert.equal(lines.length, 5_001);
  assert.ok(lines.includes('c_total{id="overflow"} 10'));
});

test('the process and its event loop are measured when asked for', async () => {
  const metrics = createMetrics();
  const text = await metrics.text();
  assert.match(text, /event_loop_lag_seconds\{quantile="0\.99"\} \d/);
  assert.match(text, /process_resident_memory_bytes \d/);
  assert.ok(metrics.names.includes('nodejs_heap_size_used_bytes'));
  metrics.close();
});
