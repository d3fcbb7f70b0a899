import { packageOf } from '../manifest.ts';
import { moduleUses, packageNameIn } from '../modules.ts';
import { either, isTest, under } from '../places.ts';
import type { Rule } from '../rule.ts';

/** Besides their own, these may use what the root's package.json lists for development. */
const USES_THE_ROOTS = either(isTest, under('tools', 'bench', 'sim'));

/** npm puts all packages into one folder, so a forgotten dependency works until another package stops needing it. */
export const undeclaredDependencies: Rule = {
  name: 'undeclared-dependencies',
  check: (tree, report) => {
    const root = tree.manifests.find(({ folder }) => folder === '');
    for (const { source, specifier, line } of moduleUses(tree)) {
      const name = packageNameIn(specifier);
      const own = packageOf(tree.manifests, source.path);
      if (name === undefined || own === undefined || own.name === name || own.dependencies.has(name)) continue;
      if (root?.dependencies.has(name) === true && USES_THE_ROOTS(source.path)) continue;
      report(source.path, line, `${name} is not among the dependencies of ${own.path}: add it there, in one exact version`);
    }
  },
};
