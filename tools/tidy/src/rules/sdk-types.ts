import { moduleUses } from '../modules.ts';
import { either, isAdapter, isPackage, isService, isTest, both, matching, not, under, type Place } from '../places.ts';
import type { Rule } from '../rule.ts';

interface Sdk {
  readonly specifier: RegExp;
  readonly allowedIn: Place;
}

const AT_THE_EDGE = either(isAdapter, under('packages/kit'), matching(/^services\/[^/]+\/src\/api\//));

/** What stands for another system, and where it may be spoken of. */
const SDKS: readonly Sdk[] = [
  { specifier: /^@aws-sdk\//, allowedIn: isAdapter },
  { specifier: /^ioredis$/, allowedIn: isAdapter },
  // SQLite's file lock is what falls with the process, whatever ends it.
  { specifier: /^node:sqlite$/, allowedIn: either(isAdapter, under('packages/journal/src/directory-lock.ts'), under('packages/journal/src/history')) },
  { specifier: /^@grpc\/grpc-js$/, allowedIn: AT_THE_EDGE },
  { specifier: /^(fastify|ws)$/, allowedIn: AT_THE_EDGE },
  { specifier: /^(pino|prom-client|cockatiel|@opentelemetry\/.*)$/, allowedIn: either(isAdapter, under('packages/kit')) },
];

/** A port speaks the domain's words; only its adapter knows what stands behind it. */
export const sdkTypes: Rule = {
  name: 'sdk-types',
  check: (tree, report) => {
    const where = both(either(isService, isPackage), not(isTest));
    for (const { source, specifier, line } of moduleUses(tree)) {
      if (!where(source.path)) continue;
      const sdk = SDKS.find((one) => one.specifier.test(specifier));
      if (sdk !== undefined && !sdk.allowedIn(source.path))
        report(source.path, line, `${specifier} outside its adapter: speak to it through a port`);
    }
  },
};
