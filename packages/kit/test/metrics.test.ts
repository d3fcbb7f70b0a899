import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countBy, createMethodTimers, createMetrics, METRICS, timed } from '../src/index.ts';

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

test('a use case is measured to the turn of the event loop, also when it rejects; what does not wait took nothing', async () => {
  const metrics = quiet();
  const timer = createMethodTimers(metrics, 'shop');
  const waits = timed(timer('waits'), () => new Promise<void>((resolve) => void setImmediate(resolve)));
  const fails = timed(timer('fails'), () => Promise.reject(new TypeError('x')));
  await Promise.all([waits(), waits(), assert.rejects(fails())]);
  await waits();
  const text = await metrics.text();
  const figure = (name: string, method: string): number => Number(new RegExp(`service_method_duration_seconds_${name}\\{service="shop",method="${method}"\\} (\\S+)`).exec(text)?.[1]);
  assert.deepEqual([figure('count', 'waits'), figure('count', 'fails'), figure('sum', 'fails')], [3, 1, 0]);
  assert.ok(figure('sum', 'waits') > 0 && figure('sum', 'waits') < 5, String(figure('sum', 'waits')));
});

test('counting by one label gives a counter for each of its values', async () => {
  const metrics = quiet();
  const count = countBy<'new' | 'conflict'>(metrics.counter(METRICS.idempotencyRequests));
  count('new');
  count('conflict');
  count('new');
  const lines = (await metrics.text()).split('\n');
  for (const line of ['idempotency_requests_total{result="new"} 2', 'idempotency_requests_total{result="conflict"} 1']) assert.ok(lines.includes(line), line);
});

test('metrics are read as data with what Prometheus text says', async () => {
  const metrics = quiet();
  metrics.counter({ name: 'c_total', help: 'c', labels: ['l'] }).with('a').inc(3);
  metrics.histogram({ name: 'h_seconds', help: 'h' }, [1, 2]).with().observe(1.5);
  assert.deepEqual(await metrics.read(), [
    { name: 'c_total', help: 'c', kind: 'counter', samples: [{ name: 'c_total', labels: { l: 'a' }, value: 3 }] },
    {
      name: 'h_seconds', help: 'h', kind: 'histogram',
      samples: [
        { name: 'h_seconds_bucket', labels: { le: '1' }, value: 0 },
        { name: 'h_seconds_bucket', labels: { le: '2' }, value: 1 },
        { name: 'h_seconds_bucket', labels: { le: '+Inf' }, value: 1 },
        { name: 'h_seconds_sum', labels: {}, value: 1.5 },
        { name: 'h_seconds_count', labels: {}, value: 1 },
      ],
    },
  ]);
});
