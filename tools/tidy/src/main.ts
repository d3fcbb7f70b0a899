/**
 * `npm run tidy [-- PATH…]`: holds the tree against the rules of STYLE.md and prints what it finds, one line each; exit code 1 when it
 * finds something. With paths it prints only what it finds under them (the whole tree is looked at all the same).
 */
import { join } from 'node:path';
import { Compiler } from './compiler.ts';
import { under } from './places.ts';
import { RULES } from './rules.ts';
import { describeFinding, tidy } from './tidy.ts';
import { loadTree } from './tree.ts';

const words = process.argv.slice(2).map((word) => word.replace(/^\.\/|\/$/g, ''));
const compiler = new Compiler();
try {
  const tree = loadTree(process.env['TACOS_ROOT'] ?? join(import.meta.dirname, '..', '..', '..'), compiler);
  const findings = tidy(tree, RULES).filter(({ path }) => words.length === 0 || under(...words)(path));
  for (const finding of findings) process.stdout.write(`${describeFinding(finding)}\n`);
  process.stdout.write(
    `${findings.length === 0 ? '✔' : '✖'} ${findings.length} findings by ${RULES.length} rules in ${tree.files.length} files\n`,
  );
  process.exitCode = findings.length === 0 ? 0 : 1;
} finally {
  compiler.close();
}
