import type { Example } from '../planted-tree.ts';

/** Put together here, so that the paths are not found in this file itself. */
const HOME = ['', 'home', 'somebody'].join('/');

export const LEFTOVER_EXAMPLES: readonly Example[] = [
  {
    rule: 'leftover-markers',
    shows: 'the two markers, as words of their own, in any code',
    files: {
      'packages/kit/src/a.ts': '// FIXME BAD\nexport const a = 1; // XXX BAD\nexport const XXXL = 2;\n',
      '.ci/run': '#!/bin/sh\n# FIXME BAD\n',
      'STYLE.md': 'No FIXME.\n',
    },
  },
  {
    rule: 'machine-paths',
    shows: 'a folder of one machine, in code and documents; an address is none',
    files: {
      'packages/kit/src/a.ts': `export const a = '${HOME}/x'; // BAD\nexport const b = '/v1/home/x';\n`,
      'docs/a.md': `cd ${HOME} <!-- BAD -->\nhttps://example.org${HOME}\n$\{ROOT}${HOME}\n`,
    },
  },
  {
    rule: 'pinned-versions',
    shows: 'a range, and a lockfile that names a registry',
    files: {
      'packages/kit/package.json':
        '{\n  "name": "@x/kit",\n  "dependencies": {\n    "a": "1.2.3",\n    "b": "^1.2.3",\n    "c": "latest"\n  }\n}\n',
      'package-lock.json': '{\n "packages": {\n  "node_modules/a": { "resolved": "https://registry.example/a.tgz" }\n }\n}\n',
    },
    finds: ['packages/kit/package.json:5', 'packages/kit/package.json:6', 'package-lock.json:3'],
  },
  {
    rule: 'dead-links',
    shows: 'a link to a file that is not there; addresses and places in the page are not looked up',
    files: {
      'README.md': '[a](docs/a.md) [b](docs/b.md) <!-- BAD -->\n[c](https://example.org/c) [d](#d) [e](docs/a.md#part)\n',
      'docs/a.md': '[up](../README.md)\n[down](a/b.md) <!-- BAD -->\n',
    },
  },
  {
    rule: 'dead-links',
    shows: 'a comment that names a page which is not in the tree',
    files: {
      'packages/kit/src/a.ts': "/** The table of design.md BAD */\nexport const a = 'other.md';\n// See a.md.\n",
      'docs/a.md': 'Here.\n',
    },
  },
];
