import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERROR_TABLE, PLATFORM_SETTINGS } from '@traffic-tacos/kit';
import { errorsPage } from '../src/errors-reference.ts';
import { referencePages, stalePages } from '../src/reference-pages.ts';
import { settingsPage } from '../src/settings-reference.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

test('the reference pages and the OpenAPI documents say what the code says; otherwise npm run reference writes them anew', async () => {
  const stale = stalePages(ROOT, await referencePages(ROOT)).map(({ path }) => path);
  assert.deepEqual(stale, [], 'stale pages: run npm run reference, and read what has changed');
});

test('a page that differs in one character, or is missing, is stale', () => {
  const root = mkdtempSync(join(tmpdir(), 'tacos-reference-'));
  try {
    const pages = ['same', 'changed', 'missing'].map((name) => ({ path: `docs/${name}.md`, text: `# ${name}\n` }));
    mkdirSync(join(root, 'docs'));
    writeFileSync(join(root, 'docs/same.md'), '# same\n');
    writeFileSync(join(root, 'docs/changed.md'), '# Changed\n');
    assert.deepEqual(stalePages(root, pages).map(({ path }) => path), ['docs/changed.md', 'docs/missing.md']);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a setting is planned until an app reads it, whichever way it is read', () => {
  const { logLevel, workerPort, holdMs, dataDir } = PLATFORM_SETTINGS;
  const read = [
    { path: 'apps/cli/src/config/options.ts', text: 'return { level: settings.logLevel };' },
    { path: 'apps/cli/src/up.ts', text: 'const { workerPort: port, dataDir } = settings;' },
    { path: 'services/reservation/src/create.ts', text: 'const { holdMs } = settings; settings.holdMs' },
  ];
  const [inEffect = '', planned = ''] = settingsPage({ logLevel, workerPort, holdMs, dataDir }, read).split('## Planned');
  for (const { name } of [logLevel, workerPort, dataDir]) assert.ok(inEffect.includes(`\`${name}\``) && !planned.includes(`\`${name}\``), name);
  assert.ok(planned.includes('`HOLD_SECONDS`') && !inEffect.includes('`HOLD_SECONDS`'), "another part's settings are not the platform's");
});

test('what is said to have no effect has none: every setting but the name of an environment on AWS is read', async () => {
  const page = (await referencePages(ROOT)).find(({ path }) => path === 'docs/reference/settings.md')?.text ?? '';
  const planned = [...(page.split('## Planned')[1] ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  assert.deepEqual(planned, ['TACOS_ENV']);
});

test('an error code is planned until a source gives it; the table that declares it does not count', () => {
  const table = { NOT_FOUND: ERROR_TABLE.NOT_FOUND, QUEUE_FULL: ERROR_TABLE.QUEUE_FULL };
  const sources = [
    { path: 'packages/kit/src/errors/error-table.ts', text: "entry(503, 'QUEUE_FULL')" },
    { path: 'services/queue/src/errors.ts', text: "{ refused: 'NOT_FOUND' }" },
  ];
  const page = errorsPage([table], sources, [
    { service: 'gateway', routes: [], document: { enum: ['NOT_FOUND'] } },
    { service: 'payment', routes: [], document: {} },
  ]);
  assert.match(page, /\| `NOT_FOUND` \| 404 \| gateway \| `NOT_FOUND` 5, outcome NOT_FOUND \|/);
  assert.match(page, /\| `QUEUE_FULL` ◦ \| 503 \|  \| `UNAVAILABLE` 17, status UNAVAILABLE \|/);
});
