import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test, type TestContext } from 'node:test';
import { join } from 'node:path';
import { checkReadme } from '../src/check-readme.ts';
import { stepsIn } from '../src/marked-blocks.ts';
import { RunningProgram } from '../src/running-program.ts';
import type { ServicePorts } from '../src/service-ports.ts';
import { ShellSession } from '../src/shell-session.ts';

const AS_THEY_ARE: ServicePorts = { environment: {}, rewrite: (text) => text };
const IGNORES_CTRL_C = "process.on('SIGINT', () => {}); setInterval(() => {}, 1000); console.log('up')";
const STOPS_WELL = "process.on('SIGINT', () => { console.log('bye'); process.exit(0); }); setInterval(() => {}, 1000); console.log('up')";

function sessionIn(t: TestContext): ShellSession {
  const memory = mkdtempSync(join(tmpdir(), 'tacos-session-'));
  t.after(() => rmSync(memory, { recursive: true }));
  return new ShellSession({ folder: memory, memory, environment: process.env });
}

/** What is wrong with a page of these marks and blocks, and what was said. */
async function check(
  t: TestContext,
  ...parts: readonly (readonly [mark: string, commands?: string])[]
): Promise<readonly [string | undefined, string]> {
  const page = parts
    .map(([mark, commands]) => `<!-- run ${mark} -->\n${commands === undefined ? '' : `\`\`\`sh\n${commands}\n\`\`\`\n`}`)
    .join('\n');
  let said = '';
  const wrong = await checkReadme(stepsIn(page), { session: sessionIn(t), ports: AS_THEY_ARE, say: (text) => (said += text) });
  return [wrong, said];
}

const node = (script: string): string => `"${process.execPath}" -e "${script}"`;

test('variables and the folder of one block are those of the next', async (t) => {
  const [wrong] = await check(
    t,
    ['', 'mkdir -p inner && cd inner\nWHO="a user"'],
    ['expect="a user in inner"', 'echo "$WHO in $(basename "$PWD")"'],
  );
  assert.equal(wrong, undefined);
});

test('a block ends at its first command that fails, and the page with it', async (t) => {
  const [wrong, said] = await check(t, ['', 'true\nfalse\necho reached'], ['', 'echo next']);
  assert.equal(wrong, 'line 1: exit code 1 in place of 0');
  assert.doesNotMatch(said, /^reached|^next/m);
});

test('an exit code that the page promises is demanded', async (t) => {
  assert.equal((await check(t, ['exit="4"', 'exit 4']))[0], undefined);
  assert.equal((await check(t, ['exit="4"', 'true']))[0], 'line 1: exit code 0 in place of 4');
});

test('a text that the page promises is demanded', async (t) => {
  assert.equal((await check(t, ['expect="sold" expect="free"', 'echo sold']))[0], 'line 1: the output lacks "free"');
});

test('a program is started, its printed commands run, and Ctrl-C ends it', async (t) => {
  const program = STOPS_WELL.replace(
    "console.log('up')",
    String.raw`console.log('Paste this:\n  GREETING=hello\n  echo \$GREETING you\nThat is all.')`,
  );
  const [wrong] = await check(
    t,
    ['start ready="That is all"', node(program)],
    ['printed from="Paste this" to="That is all" expect="hello you"'],
    ['expect="hello again"', 'echo "$GREETING again"'],
    ['stop expect="bye"'],
    ['expect="hello still"', 'echo "$GREETING still"'],
  );
  assert.equal(wrong, undefined);
});

test('a program that is not stopped on the page is stopped at its end', async (t) => {
  const [wrong, said] = await check(t, ['start ready="up"', node(STOPS_WELL)]);
  assert.equal(wrong, undefined);
  assert.match(said, /\^C\nbye/);
});

test('a program that ends before it is ready is wrong, and so is a second one beside the first', async (t) => {
  assert.equal((await check(t, ['start ready="up"', 'exit 7']))[0], 'line 1: it ended (exit code 7) before it was ready');
  const [wrong] = await check(t, ['start ready="up"', node(STOPS_WELL)], ['start ready="up"', node(STOPS_WELL)]);
  assert.match(wrong ?? '', /something was started above and is not stopped/);
});

test('a program that fails after Ctrl-C is wrong', async (t) => {
  const [wrong] = await check(t, ['start ready="up"', node(STOPS_WELL.replace('exit(0)', 'exit(9)'))], ['stop']);
  assert.match(wrong ?? '', /ended with exit code 9 after Ctrl-C/);
});

test('a program that ignores Ctrl-C is wrong, and is killed', async (t) => {
  const program = new RunningProgram(sessionIn(t).start(node(IGNORES_CTRL_C)));
  assert.equal(await program.becomesReady('up'), undefined);
  assert.match((await program.stop(100)).wrong ?? '', /did not stop within 0\.1 s of Ctrl-C/);
});

test('a program that never becomes ready is wrong', async (t) => {
  const program = new RunningProgram(sessionIn(t).start(node(STOPS_WELL)));
  assert.match((await program.becomesReady('never said', 100)) ?? '', /"never said" has not come/);
  await program.kill();
});
