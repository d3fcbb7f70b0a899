import { ZONES, type Zone } from '../layout.ts';
import { manifestNamed, moduleUses, type ModuleUse } from '../modules.ts';
import { packageOf } from '../manifest.ts';
import { under } from '../places.ts';
import type { Rule } from '../rule.ts';
import type { Tree } from '../tree.ts';

/** Imports point downward, so that each part can be understood, tested and taken out without those above it. */
export const importDirection: Rule = {
  name: 'import-direction',
  check: (tree, report) => {
    for (const use of moduleUses(tree)) {
      const zone = ZONES.find(({ place }) => place(use.source.path));
      const wrong = zone === undefined ? undefined : wrongWith(tree, zone, use);
      if (wrong !== undefined) report(use.source.path, use.line, wrong);
    }
  },
};

function wrongWith(tree: Tree, zone: Zone, use: ModuleUse): string | undefined {
  const target = manifestNamed(tree.manifests, use.specifier);
  const allowed = `it may import ${zone.mayImport.join(', ') || 'nothing of the tree'}${zone.mayImportOthers ? '' : ', and nothing of node or npm'}`;
  if (target !== undefined) {
    const isOwn = target === packageOf(tree.manifests, use.source.path) && zone.mayImportOthers;
    return isOwn || zone.mayImport.some((folder) => under(folder)(target.folder))
      ? undefined
      : `${zone.name} imports ${use.specifier}: ${allowed}`;
  }
  if (!use.specifier.startsWith('.')) return zone.mayImportOthers ? undefined : `${zone.name} imports ${use.specifier}: ${allowed}`;
  const leavesTheZone = !zone.mayImportOthers && use.target !== undefined && !zone.place(use.target);
  return leavesTheZone ? `${zone.name} imports ${use.specifier}, which is not part of it: hand it in through a port` : undefined;
}
