import type { Rule } from '../rule.ts';

const KEBAB = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
/** Names that people or programs look for in that spelling. */
const KNOWN = new Set([
  'README.md',
  'README.ko.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'GLOSSARY.md',
  'LICENSE',
  'SECURITY.md',
  'STYLE.md',
  'ISSUE_TEMPLATE',
  'pull_request_template.md',
  'Dockerfile',
  'Makefile',
  'Chart.yaml',
]);

/** The compiler of Java looks for a class in the file of its name. */
const JAVA_CLASS = /^[A-Z][A-Za-z0-9]*\.java$/;

/** One spelling, which no file system confuses with another. */
export const kebabCase: Rule = {
  name: 'kebab-case',
  check: (tree, report) => {
    for (const { path } of tree.files) {
      const odd = path.split('/').find((part) => !KEBAB.test(part) && !KNOWN.has(part) && !JAVA_CLASS.test(part));
      if (odd !== undefined) report(path, 1, `"${odd}": write it in kebab-case`);
    }
  },
};
