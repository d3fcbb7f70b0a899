import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate as breathe } from 'node:timers/promises';
import { readPlatformFile } from '@traffic-tacos/platform';
import { until } from '@traffic-tacos/platform/testing';
import { ended, neutralEnvironment, scratchDirectory, settingsFor } from './support/tacos.ts';

const CLI = join(import.meta.dirname, '..');
const BROUGHT = join(CLI, '..', '..', 'node_modules', '.bin', 'node');
/** Makes this Node pass for one that is too old, as it does for the launcher on a machine with an old one. */
const AS_OLD = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.0.0",configurable:true})';

const launch = (...words: readonly string[]) => (dataDir: string): ChildProcess =>
  spawn(process.execPath, ['--import', AS_OLD, join(CLI, 'bin', 'tacos.mjs'), ...words], { env: { ...neutralEnvironment(), ...settingsFor(dataDir) }, stdio: ['ignore', 'pipe', 'pipe'] });

const isGone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    // There is no such process any more.
    return true;
  }
};

if (existsSync(BROUGHT)) describe('the command on a Node that is too old, which has the right one run it', () => {
  for (const [signal, code] of [['SIGKILL', null], ['SIGTERM', 0]] as const) {
    it(`ends with its platform at ${signal}: nobody keeps the ports and the directory`, async (test) => {
      const dataDir = scratchDirectory(test);
      const launcher = launch('up')(dataDir);
      const end = ended(launcher);
      test.after(() => void launcher.kill('SIGKILL'));
      const isReady = new Promise<void>((resolve) => {
        let said = '';
        launcher.stdout?.on('data', (text: string) => ((said += text).includes('Ctrl-C stops it') ? resolve() : undefined));
      });
      await Promise.race([isReady, end.then(({ stderr }) => assert.fail(stderr))]);
      const pid = (await readPlatformFile(dataDir))?.pid ?? assert.fail('no platform file');
      assert.notEqual(pid, launcher.pid);
      test.after(() => void (isGone(pid) || process.kill(pid, 'SIGKILL')));
      launcher.kill(signal);
      await until(() => breathe(isGone(pid)), (is) => is);
      const { code: endedWith, stderr } = await end;
      assert.equal(endedWith, code);
      assert.match(stderr, /everything is on disk/);
      assert.equal(await readPlatformFile(dataDir), undefined);
    });
  }

  it('hands on words and exit code, and leaves no setting of its own behind', async (test) => {
    const { code, stderr } = await ended(launch('events', 'shw')(scratchDirectory(test)));
    assert.deepEqual([code, /Did you mean/.test(stderr)], [2, true], stderr);
    const doctor = await ended(launch('doctor')(join(scratchDirectory(test), 'none')));
    assert.doesNotMatch(doctor.stdout, /TACOS_LAUNCHED|wrong_node/);
  });
});
