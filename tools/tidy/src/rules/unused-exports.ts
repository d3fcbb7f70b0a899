import { exportedNames } from '../exported-names.ts';
import { moduleUses, type ModuleUse } from '../modules.ts';
import { isTest } from '../places.ts';
import { startedFiles } from '../reach.ts';
import type { Rule } from '../rule.ts';

/**
 * What a file gives away, somebody must take: otherwise it can change or go without asking anybody. A test that takes it from a package's
 * entry is somebody, as its own tests, which reach into the file, are not.
 */
export const unusedExports: Rule = {
  name: 'unused-exports',
  check: (tree, report) => {
    const uses = moduleUses(tree);
    const taken = namesTaken(uses);
    const takenByProduct = namesTaken(uses.filter(({ source, specifier }) => !isTest(source.path) || !specifier.startsWith('.')));
    const loadedAsAWhole = new Set(startedFiles(tree).map(({ target }) => target));
    for (const source of tree.sources) {
      if (loadedAsAWhole.has(source.path) || taken.has(keyOf(source.path, '*'))) continue;
      for (const { name, line, isType, isUsedInFile } of exportedNames(source)) {
        const key = keyOf(source.path, name);
        if (!taken.has(key) && !(isType && isUsedInFile))
          report(source.path, line, `nobody imports ${name}: ${isUsedInFile ? 'keep it in the file' : 'take it out'}`);
        else if (taken.has(key) && !isTest(source.path) && !takenByProduct.has(key) && !isUsedInFile)
          report(source.path, line, `only tests import ${name}: take it out`);
      }
    }
  },
};

/** Every name that some file imports for its own use, followed through those that pass it on. */
function namesTaken(uses: readonly ModuleUse[]): ReadonlySet<string> {
  const taken = new Set<string>();
  const pending = uses
    .filter(({ passedOn }) => passedOn.size === 0)
    .flatMap(({ target, names }) => names.map((name) => keyOf(target ?? '', name)));
  const passing = new Map<string, string[]>();
  for (const { source, target, passedOn } of uses) {
    for (const [as, name] of passedOn)
      passing.set(keyOf(source.path, as), [...(passing.get(keyOf(source.path, as)) ?? []), keyOf(target ?? '', name)]);
  }
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    if (taken.has(key)) continue;
    taken.add(key);
    pending.push(...(passing.get(key) ?? []));
  }
  return taken;
}

const keyOf = (path: string, name: string): string => `${path}#${name}`;
