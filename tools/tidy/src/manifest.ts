import { dirname, join } from 'node:path/posix';
import type { TextFile } from './tree.ts';

/** A package.json, as far as rules need it. */
export interface Manifest extends TextFile {
  /** The package's folder, relative to the root; empty for the root itself. */
  readonly folder: string;
  readonly name: string;
  /** From a subpath ('.', './testing') to the file that it names, relative to the root. */
  readonly exports: ReadonlyMap<string, string>;
  /** Files that are started: `bin`, and those that scripts name; relative to the root. */
  readonly started: readonly string[];
  /** Every kind of dependency: its name and the version asked for. */
  readonly dependencies: ReadonlyMap<string, string>;
}

const FILE_IN_SCRIPT = /[\w./-]+\.(?:ts|mjs|js)\b/g;
const KINDS_OF_DEPENDENCY = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

export function parseManifest({ path, text }: TextFile): Manifest {
  const json: unknown = JSON.parse(text);
  const folder = dirname(path) === '.' ? '' : dirname(path);
  const inFolder = ([key, value]: readonly [string, string]): readonly [string, string] => [key, join(folder, value)];
  const exported = entriesOf(json, 'exports');
  const started = [
    ...entriesOf(json, 'bin').map(([, file]) => file),
    ...entriesOf(json, 'scripts').flatMap(([, line]) => line.match(FILE_IN_SCRIPT) ?? []),
  ];
  return {
    path,
    text,
    folder,
    name: stringOf(json, 'name'),
    exports: new Map(exported.map(inFolder)),
    started: started.map((file) => join(folder, file)),
    dependencies: new Map(KINDS_OF_DEPENDENCY.flatMap((kind) => entriesOf(json, kind))),
  };
}

/** The package that a path belongs to: the one whose folder lies deepest. */
export function packageOf(manifests: readonly Manifest[], path: string): Manifest | undefined {
  return manifests
    .filter(({ folder }) => folder === '' || path.startsWith(`${folder}/`))
    .reduce<Manifest | undefined>((best, one) => (best === undefined || one.folder.length > best.folder.length ? one : best), undefined);
}

function memberOf(json: unknown, key: string): unknown {
  return typeof json === 'object' && json !== null ? Reflect.get(json, key) : undefined;
}

function stringOf(json: unknown, key: string): string {
  const value = memberOf(json, key);
  return typeof value === 'string' ? value : '';
}

/** The members of `json[key]` that are texts; a text in place of an object counts as its member '.'. */
function entriesOf(json: unknown, key: string): readonly (readonly [string, string])[] {
  const value = memberOf(json, key);
  if (typeof value === 'string') return [['.', value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}
