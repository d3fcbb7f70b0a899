import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

function checkPage(t: TestContext, page: string): { status: number | null; stdout: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tacos-page-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'page.md'), page);
  return spawnSync(process.execPath, [MAIN, join(folder, 'page.md')], { encoding: 'utf8' });
}

test('a page is run in a copy of the tree, with ports and a data directory of its own, and the copy is taken away', (t) => {
  const server =
    "require('node:http').createServer((q, s) => s.end('here')).listen(process.env.GATEWAY_PORT, '127.0.0.1'); process.on('SIGINT', () => process.exit(0))";
  const page = `<!-- run expect="COPY=" expect="/data" -->
\`\`\`sh
test -f package.json && test -x node_modules/.bin/node && test ! -e .git
echo "COPY=$PWD"
echo "$TACOS_DATA_DIR"
npm run 2>&1 | grep -q typecheck
\`\`\`
<!-- run start ready="http://127.0.0.1:8000/readyz" -->
\`\`\`sh
node -e "${server}"
\`\`\`
<!-- run expect="here" -->
\`\`\`sh
curl -sS http://localhost:8000/
\`\`\`
`;
  const { status, stdout } = checkPage(t, page);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /says what is so\n$/);
  const copy = /^COPY=(.+)$/m.exec(stdout)?.[1] ?? '';
  assert.ok(copy.length > 0 && !existsSync(copy));
});

test('a page that leaves a process behind is wrong', (t) => {
  const { status, stdout } = checkPage(t, "<!-- run -->\n```sh\nnohup sh -c 'sleep 600 # planted' >/dev/null 2>&1 &\n```\n");
  assert.equal(status, 1);
  assert.match(stdout, /left a process behind, which was killed: \d+ .*sleep 600/);
});

test('a page without a mark is wrong: a check that checks nothing must not be green', (t) => {
  const { status, stdout } = checkPage(t, '# Nothing\n');
  assert.equal(status, 1);
  assert.match(stdout, /no block is marked to be run/);
});

test('a mark that cannot be obeyed is named with its line', (t) => {
  assert.match(checkPage(t, '\n<!-- run twice -->\n').stdout, /^✖ line 2: the mark does not know "twice"/);
});
