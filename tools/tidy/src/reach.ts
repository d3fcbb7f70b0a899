import { basename, dirname, join } from 'node:path/posix';
import { SyntaxKind } from 'typescript/unstable/ast';
import { isExportDeclaration, isImportDeclaration } from 'typescript/unstable/ast/is';
import { packageOf } from './manifest.ts';
import { moduleUses } from './modules.ts';
import { textOf } from './syntax.ts';
import type { TextFile, Tree } from './tree.ts';

const PATH_IN_TEXT = /[\w./-]+\.(?:ts|tsx|mjs)\b/g;
const STARTS_THINGS = /\.mjs$|^\.ci\/run$|^\.github\/workflows\//;

/** From each file to those it leads to: by imports, and by naming them (a worker, a program to start). */
export function leads(tree: Tree): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Set(tree.files.map(({ path }) => path));
  const from = new Map<string, Set<string>>();
  const add = (path: string, target: string | undefined): void => {
    if (target === undefined || !all.has(target) || target === path) return;
    const targets = from.get(path);
    if (targets === undefined) from.set(path, new Set([target]));
    else targets.add(target);
  };
  for (const { source, target } of moduleUses(tree)) add(source.path, target);
  for (const { path, target } of startedFiles(tree)) add(path, target);
  for (const manifest of tree.manifests) for (const target of manifest.exports.values()) add(manifest.path, target);
  return from;
}

/** Files that are named by a text, so that something can start or load them as a whole, each with the file that names it. */
export function startedFiles(tree: Tree): readonly { readonly path: string; readonly target: string }[] {
  const inSources = tree.sources.flatMap((source) =>
    source
      .nodes(SyntaxKind.StringLiteral, SyntaxKind.NoSubstitutionTemplateLiteral)
      .filter((node) => !isImportDeclaration(node.parent) && !isExportDeclaration(node.parent))
      .flatMap((node) => filesNamed(tree, source.path, textOf(node) ?? '').map((target) => ({ path: source.path, target }))),
  );
  const inScripts = tree
    .filesIn((path) => STARTS_THINGS.test(path))
    .flatMap((file) => filesInText(file).map((target) => ({ path: file.path, target })));
  const inManifests = tree.manifests.flatMap(({ path, started }) => started.map((target) => ({ path, target })));
  return [...inSources, ...inScripts, ...inManifests];
}

/** Everything that can be got to from these files, themselves included. */
export function reachable(from: ReadonlyMap<string, ReadonlySet<string>>, roots: Iterable<string>): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [...roots];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    pending.push(...(from.get(path) ?? []));
  }
  return reached;
}

/** A text that ends like a file leads to the one beside it, or to one of the same package whose path ends so. */
function filesNamed(tree: Tree, from: string, text: string): readonly string[] {
  if (!/^[\w./-]+\.(?:ts|tsx|mjs)$/.test(text)) return [];
  const beside = join(dirname(from), text);
  const folder = packageOf(tree.manifests, from)?.folder ?? '';
  return tree.files
    .map(({ path }) => path)
    .filter((path) => path === beside || (path.startsWith(folder) && path.endsWith(`/${text}`) && basename(path) !== 'index.ts'));
}

function filesInText({ path, text }: TextFile): readonly string[] {
  return (text.match(PATH_IN_TEXT) ?? []).flatMap((name) => [join(dirname(path), name), join(name)]);
}
