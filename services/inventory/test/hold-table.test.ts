import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { TableRunner, casesOf } from './support/table-runner.ts';

const TABLES = new URL('./tables/', import.meta.url);

for (const file of readdirSync(TABLES).sort()) {
  describe(`table ${file}`, () => {
    for (const { name, lines } of casesOf(readFileSync(new URL(file, TABLES), 'utf8'))) {
      it(name, () => {
        const runner = new TableRunner();
        for (const { number, text } of lines) checkLine(runner, text, `${file}:${number}: ${text}`);
      });
    }
  });
}

describe('the runner of tables', () => {
  it('fails where a table says something else', () => {
    const wrong = ['hold H1 alice A1 -> sold_out', 'hold H1 alice A1 -> held expires=+61s', 'count held=1', 'hold H1 alice B1 -> held'];
    for (const line of wrong) {
      const runner = new TableRunner();
      runner.play('venue V1 row A seats 1-2');
      assert.throws(() => checkLine(runner, line, line), assert.AssertionError);
    }
  });
});

/** `command -> kind fact=value …`: the facts that are named must be as said; `count held=0 …` states facts without an outcome. */
function checkLine(runner: TableRunner, text: string, place: string): void {
  const [command = '', expected] = text.split('->').map((side) => side.trim());
  const isCount = command.startsWith('count');
  const played = runner.play(command);
  const [kind, ...facts] = isCount ? ['', ...command.split(/\s+/).slice(1)] : (expected ?? '').split(/\s+/);
  if (expected !== undefined) assert.equal(played.kind, kind, place);
  for (const fact of facts) {
    const [name = '', value] = fact.split('=');
    if (name !== 'in') assert.equal(String(played.facts[name]), value, `${place} (${name})`);
  }
  if (isCount) assert.equal(played.facts['breaches'], 0, place);
}
