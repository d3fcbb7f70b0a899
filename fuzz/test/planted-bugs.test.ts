import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeKept } from '../src/case.ts';
import { fuzz } from '../src/fuzz.ts';
import { PLANTED_BUGS } from './planted/bugs.ts';
import { servePlanted } from './planted/serve-planted.ts';

/** Also on a platform that remembers earlier runs of the case, the least of what finds a bug is small. */
const MOST_STEPS = 3;
const MOST_MUTATIONS = 2;

for (const { name, plant, sockets, found, withinCases } of PLANTED_BUGS) {
  test(`S20: the fuzzer finds ${name} within ${withinCases} cases, and makes the case small`, async () => {
    const report = await fuzz({ cases: withinCases, seed: 1, only: sockets === undefined ? 'rest' : 'socket', serveInstead: servePlanted(plant, sockets) });
    const { problem = 'nothing', shrunk } = report.found ?? {};
    assert.match(problem, found, `${report.cases} cases`);
    assert.ok(shrunk !== undefined, `it shows itself again when its case runs alone: ${problem}`);
    const { steps } = shrunk.fuzzCase;
    const mutations = steps.flatMap((step) => step.mutations);
    assert.ok(steps.length <= MOST_STEPS && mutations.length <= MOST_MUTATIONS, `the least of it is ${writeKept(shrunk.kept)}`);
  });
}
