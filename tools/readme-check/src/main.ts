/**
 * `node tools/readme-check/src/main.ts [FILE]`: does what README.md (or FILE) says: runs its marked blocks in a copy of the tree, with a data
 * directory and ports of their own, and fails when one does not do what the page promises.
 *
 * A mark is a comment on the line above a block:
 *
 *     <!-- run expect="a text of the output" exit="0" -->
 *     <!-- run start ready="a text, or an address that answers 200" -->     stays until stopped, at the latest at the end of the page
 *     <!-- run printed from="a text" to="a text" -->                        no block: the commands that the started program has printed
 *     <!-- run stop expect="a text" -->                                     no block: Ctrl-C
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describeLeftovers, leftovers } from '../../processes/src/leftovers.ts';
import { checkReadme } from './check-readme.ts';
import { BadMark, stepsIn } from './marked-blocks.ts';
import { copyTree } from './scratch-copy.ts';
import { findServicePorts, TooFewFreePorts, type ServicePorts } from './service-ports.ts';
import { ShellSession } from './shell-session.ts';

const RUN_VARIABLE = 'TACOS_README_RUN';
const root = join(import.meta.dirname, '..', '..', '..');

async function main(file: string): Promise<string | undefined> {
  const steps = stepsIn(readFileSync(file, 'utf8'));
  if (steps.length === 0) return 'no block is marked to be run';
  const mark = randomUUID();
  const ports = await findServicePorts();
  const memory = mkdtempSync(join(tmpdir(), 'tacos-readme-'));
  const folder = copyTree(root);
  const session = new ShellSession({
    folder,
    memory,
    environment: { ...newcomersEnvironment(), ...settings(memory, ports), [RUN_VARIABLE]: mark },
  });
  try {
    const wrong = await checkReadme(steps, { session, ports, say: (text) => process.stdout.write(text) });
    const left = await leftovers(RUN_VARIABLE, mark);
    return wrong ?? (left.length > 0 ? describeLeftovers(left) : undefined);
  } finally {
    for (const scratch of [folder, memory]) rmSync(scratch, { recursive: true, force: true });
  }
}

/** What a newcomer's terminal has: nothing that npm or this tree has put there. */
function newcomersEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|TACOS_|INIT_CWD$)/.test(name));
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(own), PATH: path.join(delimiter) };
}

const settings = (memory: string, ports: ServicePorts): NodeJS.ProcessEnv => ({
  ...ports.environment,
  TACOS_DATA_DIR: join(memory, 'data'),
});

try {
  const file = process.argv[2] ?? join(root, 'README.md');
  const wrong = await main(file);
  process.stdout.write(wrong === undefined ? `✔ ${file} says what is so\n` : `✖ ${file}, ${wrong}\n`);
  process.exitCode = wrong === undefined ? 0 : 1;
} catch (error) {
  if (!(error instanceof BadMark) && !(error instanceof TooFewFreePorts)) throw error;
  process.stdout.write(`✖ ${error.message}\n`);
  process.exitCode = 1;
}
