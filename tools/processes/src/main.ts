/**
 * `node tools/processes/src/main.ts VARIABLE=VALUE`: ends with 1 when a process that was started with the variable still runs, names it and
 * ends it. It prints nothing when there is none.
 */
import { describeLeftovers, leftovers } from './leftovers.ts';
import { canSeeEnvironments } from './marked-processes.ts';

const [variable = '', value = ''] = (process.argv[2] ?? '').split('=');
if (variable === '' || value === '') {
  process.stderr.write('usage: node tools/processes/src/main.ts VARIABLE=VALUE\n');
  process.exitCode = 2;
} else if (!canSeeEnvironments) {
  process.stderr.write(`Processes left behind are not looked for on ${process.platform}.\n`);
} else {
  const left = await leftovers(variable, value);
  if (left.length > 0) {
    process.stderr.write(`✖ ${describeLeftovers(left)}\n`);
    process.exitCode = 1;
  }
}
