import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepsIn } from '../src/marked-blocks.ts';

const block = (commands: string): string => `\`\`\`sh\n${commands}\n\`\`\``;

test('a marked block is run, an unmarked one is only read', () => {
  const page = `# A\n${block('rm -rf everything')}\n\n<!-- run -->\n${block('npm test\nnpm run tidy')}\n`;
  assert.deepEqual(stepsIn(page), [{ kind: 'run', line: 6, expect: [], commands: 'npm test\nnpm run tidy', exitCode: 0 }]);
});

test('what is expected of a block stands in its mark', () => {
  const [step] = stepsIn(`<!-- run exit="3" expect="a > b" expect="c" -->\n\n${block('x')}\n`);
  assert.deepEqual(step, { kind: 'run', line: 1, expect: ['a > b', 'c'], commands: 'x', exitCode: 3 });
});

test('a program is started, its printed commands are run, and it is stopped', () => {
  const page = `<!-- run start ready="Ready" -->\n${block('npm start')}\n<!-- run printed from="Paste" to="Done" -->\n<!-- run stop expect="Bye" -->\n`;
  assert.deepEqual(
    stepsIn(page).map(({ kind }) => kind),
    ['start', 'printed', 'stop'],
  );
});

for (const [what, page, says] of [
  ['above nothing', '<!-- run -->\nText\n', /line 1: .* above no ```sh block/],
  ['above a block of another language', '<!-- run -->\n```json\n{}\n```\n', /above no ```sh block/],
  ['above a block without an end', '<!-- run -->\n```sh\nls\n', /does not end/],
  ['with an unknown word', `<!-- run twice -->\n${block('ls')}\n`, /does not know "twice"/],
  ['with a misspelt attribute', `\n<!-- run expects="a" -->\n${block('ls')}\n`, /line 2: .*does not know expects/],
  ['that starts without saying when it is ready', `<!-- run start -->\n${block('ls')}\n`, /needs ready="…"/],
] as const) {
  test(`a mark ${what} is refused with its line, so that no check falls out unseen`, () => {
    assert.throws(() => stepsIn(page), says);
  });
}
