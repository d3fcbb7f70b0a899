import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { it } from 'node:test';
import { outlastReaders } from '../src/terminal/outlast-readers.ts';
import { ended, neutralEnvironment, scratchDirectory, settingsFor, startTacos } from './support/tacos.ts';

const PROGRESS = join(import.meta.dirname, '..', 'src', 'terminal', 'progress.ts');
/** A sale takes its time, and on a busy machine some more. */
const SALE_LIMIT_MS = 200_000;
const [HIDDEN, SHOWN, CUT, WRAPPED] = ['\u001b[?25l', '\u001b[?25h', '\u001b[?7l', '\u001b[?7h'] as const;

it('a terminal gets its cursor and its long lines back, also from a process that ends while it draws', async () => {
  for (const end of ['process.exit(130)', 'progress.stop()', 'progress.stop(); process.exit(0)']) {
    const script = `process.stderr.isTTY = true; const { createProgress } = await import(${JSON.stringify(PROGRESS)}); const progress = createProgress('drawing', 10); progress.update(3); ${end}`;
    const { stderr } = await ended(spawn(process.execPath, ['--input-type=module', '-e', script], { env: neutralEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] }));
    for (const [taken, given] of [[HIDDEN, SHOWN], [CUT, WRAPPED]] as const) {
      assert.ok(stderr.includes(taken), `${end}: ${JSON.stringify(stderr)}`);
      assert.ok(stderr.lastIndexOf(given) > stderr.lastIndexOf(taken), `${end}: ${JSON.stringify(stderr)}`);
    }
  }
});

it('a demo whose reader leaves goes on to its end, and takes its directory away', { timeout: SALE_LIMIT_MS }, async (test) => {
  const scratch = scratchDirectory(test);
  const child = startTacos(['demo', '--quick', '--users', '20'], { ...settingsFor(join(scratch, 'none')), TMPDIR: scratch });
  const exit = once(child, 'exit');
  await once(child.stderr ?? child, 'data');
  child.stderr?.destroy();
  child.stdout?.destroy();
  await exit;
  assert.deepEqual(readdirSync(scratch).filter((name) => name.startsWith('tacos-demo-')), []);
});

it('only a reader who has left is outlasted: any other fault of an output is one', () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  outlastReaders({ stdout, stderr });
  const fault = (code: string) => Object.assign(new Error(code), { code });
  for (const stream of [stdout, stderr]) {
    stream.emit('error', fault('EPIPE'));
    assert.throws(() => stream.emit('error', fault('EIO')), /EIO/);
  }
});
