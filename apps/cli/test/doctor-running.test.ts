import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { lockDirectory } from '@traffic-tacos/journal';
import { withServer, type TestServer } from '@traffic-tacos/kit/testing';
import { VERSION } from '@traffic-tacos/platform';
import { askWhatRuns } from '../src/doctor/what-runs.ts';
import { createExamine, type Examination } from './support/examination.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory } from './support/tacos.ts';

const SLOW_MS = 2_000;

describe('tacos doctor, of a platform that runs', () => {
  const dataDir = scratchDirectory({ after });
  const scratch = scratchDirectory({ after });
  const examine = createExamine(scratch);
  let platform: RunningPlatform;

  const platformFile = (directory: string, pid: number, url: string): void => {
    mkdirSync(directory, { recursive: true });
    const addresses = { gateway: url, reservation: url, inventory: url, payment: url, worker: url };
    writeFileSync(join(directory, 'platform.json'), JSON.stringify({ pid, version: VERSION, startedAt: '2026-01-01T00:00:00.000Z', issuer: url, addresses }));
  };

  /** Looks at a directory that this process owns and serves, with a server of ours that says what `about` it is told to say. */
  const lookAtOwn = (name: string, change: (server: TestServer) => void, version = VERSION): Promise<Examination> =>
    withServer(
      [],
      async (server) => {
        const directory = join(scratch, name);
        const lock = lockDirectory(directory);
        platformFile(directory, process.pid, server.url);
        change(server);
        try {
          return await examine(directory, {}, { wallMs: () => server.clock.wallMs() });
        } finally {
          lock.release();
        }
      },
      { about: { version } },
    );

  before(async () => {
    platform = await startUp(dataDir);
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('names nothing while all is well', async () => {
    const { met, findings } = await examine(dataDir);
    assert.deepEqual(met, []);
    const kinds = Object.fromEntries(findings.map(({ check, kind }) => [check, kind]));
    for (const check of ['platform', 'version', 'clock', 'directory', 'journal', 'keys', 'files']) assert.equal(kinds[check], 'ok', check);
  });

  it('names a clock that was set while it ran by more than a second, whichever way, and none that is off by less', async () => {
    const off = (ms: number) => examine(dataDir, {}, { wallMs: () => Date.now() + ms });
    assert.deepEqual((await off(400)).met, []);
    const ahead = await off(65_000);
    assert.deepEqual(ahead.met, ['clock_off']);
    assert.match(ahead.of('clock_off').says, /6\d{4} ms behind the wall clock/);
    assert.match((await off(-65_000)).of('clock_off').says, /6\d{4} ms ahead of the wall clock/);
  });

  it('takes a slow answer for no difference of the clocks: it asks again, and goes by the quickest answer', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      const head = { 'x-server-time': String(Date.now()) };
      setTimeout(() => response.writeHead(200, head).end('{"service":"gateway","version":"1"}'), ++asked === 1 ? SLOW_MS : 0);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const running = await askWhatRuns(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    server.close();
    assert.ok(running !== undefined && asked > 1, `asked ${asked} times`);
    assert.ok(running.wallMs - running.serverMs < SLOW_MS / 2, `${running.wallMs - running.serverMs} ms apart`);
  });

  it('names a version that runs and is not the one checked out', async () => {
    const { met, of } = await lookAtOwn('old', () => undefined, '9.9.9');
    assert.deepEqual(met, ['version_differs']);
    assert.equal(of('version_differs').says, `9.9.9 runs, and ${VERSION} is checked out`);
  });

  it('names every reason why it is not ready', async () => {
    const { met, of, findings } = await lookAtOwn('busy', ({ health }) => {
      health.setNotReady('journal', 'it is being replayed');
      health.setNotReady('inventory', 'it cannot be reached');
    });
    assert.deepEqual(new Set(met), new Set(['platform_not_ready']));
    assert.match(of('platform_not_ready').says, /gateway is not ready: journal: it is being replayed/);
    assert.ok(findings.some(({ says }) => says.includes('inventory: it cannot be reached')));
    assert.deepEqual((await lookAtOwn('ready', () => undefined)).met, []);
  });

  it('names one that runs and does not answer, and what ends it', async () => {
    process.kill(platform.pid, 'SIGSTOP');
    const { met, of } = await examine(dataDir);
    process.kill(platform.pid, 'SIGCONT');
    assert.deepEqual(met, ['platform_silent']);
    assert.ok(of('platform_silent').says.includes(`gateway at ${platform.addresses.gateway}`));
    assert.match(of('platform_silent').mend ?? '', new RegExp(`kill ${platform.pid} .*TACOS_DATA_DIR=${dataDir} npm start`));
  });

  it('names one that ended without saying so as harmless, though its process id is another program by now', async () => {
    await platform.stop('SIGKILL');
    const left = await examine(dataDir);
    assert.deepEqual(left.met.filter((mishap) => mishap !== 'torn_tail'), ['platform_left']);
    assert.equal(left.of('platform_left').kind, 'note');
    platformFile(dataDir, process.pid, 'http://127.0.0.1:1');
    assert.deepEqual((await examine(dataDir)).met.filter((mishap) => mishap !== 'torn_tail'), ['platform_left']);
  });
});
