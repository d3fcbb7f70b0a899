import { packageOf } from '../manifest.ts';
import { moduleUses } from '../modules.ts';
import type { Rule } from '../rule.ts';

/** A package is reached by its name, so that its entry decides what others may use. */
export const relativeImports: Rule = {
  name: 'relative-imports',
  check: (tree, report) => {
    for (const { source, specifier, target, line } of moduleUses(tree)) {
      if (!specifier.startsWith('.') || target === undefined) continue;
      const [own, other] = [packageOf(tree.manifests, source.path), packageOf(tree.manifests, target)];
      if (own !== other) report(source.path, line, `${specifier} leaves the package: import ${other?.name ?? 'it'} by its name`);
    }
  },
};
