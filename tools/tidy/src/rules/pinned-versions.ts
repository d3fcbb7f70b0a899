import type { Rule } from '../rule.ts';

const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;
const HOST = /"resolved": "[a-z+]+:\/\//;

/** The same versions for everybody, from whatever registry they use. */
export const pinnedVersions: Rule = {
  name: 'pinned-versions',
  check: (tree, report) => {
    for (const { path, text, dependencies } of tree.manifests) {
      for (const [name, version] of dependencies) {
        if (EXACT.test(version)) continue;
        report(
          path,
          text.slice(0, text.indexOf(`"${name}"`)).split('\n').length,
          `${name} ${version}: name one version (save-exact is set in .npmrc)`,
        );
      }
    }
    for (const { path, text } of tree.files.filter((file) => file.path.endsWith('package-lock.json'))) {
      const at = text.split('\n').findIndex((line) => HOST.test(line));
      if (at >= 0) report(path, at + 1, 'names the host of a registry: run npm install here, .npmrc leaves hosts out');
    }
  },
};
