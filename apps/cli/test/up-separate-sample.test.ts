import { strict as assert } from 'node:assert';
import { it } from 'node:test';
import { paste, pasteable, pasteableIn } from './support/paste.ts';
import { startSeparate } from './support/separate.ts';
import { scratchDirectory, tacos } from './support/tacos.ts';

const answersOf = (lines: readonly string[]): readonly Readonly<Record<string, unknown>>[] =>
  paste(lines).trim().split('\n').map((line): Readonly<Record<string, unknown>> => JSON.parse(line));

it('tacos up --separate --sample prints commands that buy two seats when they are pasted, other seats at the next start, and the lines of the guide let people into the waiting room', async (t) => {
  const dataDir = scratchDirectory(t);
  const first = await startSeparate(dataDir, ['--sample']);
  for (const port of Object.values(first.settings).slice(1)) assert.ok(first.welcome.includes(`127.0.0.1:${port}`), first.welcome);
  const [held, , , orders] = bought(first.welcome);
  const seats = held?.['seat_ids'];
  assert.equal(JSON.stringify(orders).includes('"ticket_id":"tkt_'), true);
  const waited = answersOf(pasteableIn('waiting-room.md', `http://127.0.0.1:${first.settings['GATEWAY_PORT'] ?? ''}`));
  assert.deepEqual([JSON.stringify(waited[0]).includes('"code":"FORBIDDEN"'), waited.at(-1)?.['status']], [true, 'HOLD']);
  first.signal('SIGINT');
  const { code, stderr } = await first.end;
  assert.deepEqual([code, /Imported 4 sample events/.test(stderr)], [0, true], stderr);


  const again = await startSeparate(dataDir, ['--sample'], first.settings);
  const listed = await tacos(['events', 'list'], again.settings);
  assert.equal(listed.code, 0, listed.stderr);
  assert.notDeepEqual(bought(again.welcome)[0]?.['seat_ids'], seats);
  again.signal('SIGINT');
  const ended = await again.end;
  assert.deepEqual([ended.code, /Imported/.test(ended.stderr)], [0, false], ended.stderr);
});

/** Pastes the commands of the page, and answers what was said to them. */
function bought(welcome: string): readonly Readonly<Record<string, unknown>>[] {
  const answers = answersOf(pasteable(welcome));
  assert.deepEqual(answers.map((answer) => answer['status']), ['HOLD', 'PENDING', 'CONFIRMED', undefined]);
  return answers;
}

it('tacos up --separate without --sample has nothing to be bought, and says what to do', async (t) => {
  const { welcome, signal, end } = await startSeparate(scratchDirectory(t));
  assert.match(welcome, /No event has two free seats side by side\. Import one: npx tacos events import FILE/);
  signal('SIGINT');
  assert.equal((await end).code, 0);
});
