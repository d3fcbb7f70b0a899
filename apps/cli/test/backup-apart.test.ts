import { strict as assert } from 'node:assert';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { SERVICE_NAMES } from '@traffic-tacos/platform';
import { startSeparate } from './support/separate.ts';
import { scratchDirectory, tacos } from './support/tacos.ts';

describe('tacos backup of services that run apart', () => {
  const dataDir = scratchDirectory({ after });
  const backups = scratchDirectory({ after });
  const restored = scratchDirectory({ after });

  it('is refused while one of them runs, with what to do, and made of all of them when none does; it comes back whole', async () => {
    const { settings, signal, end } = await startSeparate(dataDir, ['--sample']);
    for (const place of [dataDir, join(dataDir, 'reservation')]) {
      const { code, stderr } = await tacos(['backup', join(backups, 'early')], { ...settings, TACOS_DATA_DIR: place });
      assert.equal(code, 1);
      assert.match(stderr, /is in use by process \d+\. Services that run apart are backed up and restored while all of them are stopped[^]*\nStop them/);
    }
    assert.deepEqual(readdirSync(backups), []);
    signal('SIGINT');
    assert.equal((await end).code, 0);

    const made = await tacos(['backup', join(backups, 'all')], settings);
    assert.equal(made.code, 0, made.stderr);
    for (const name of SERVICE_NAMES) assert.match(made.stderr, new RegExp(`^  ${name} +\\d+ journal files?, [\\d,]+ bytes, checked through group \\d+$`, 'm'));
    assert.ok(made.stderr.includes(`mv ${dataDir} ${dataDir}.before && TACOS_DATA_DIR=${dataDir} npx tacos restore ${join(backups, 'all')} `), made.stderr);
    assert.equal(statSync(join(backups, 'all', 'gateway', 'keys', 'signing-keys.json')).mode & 0o777, 0o600);

    const back = await tacos(['restore', join(backups, 'all')], { ...settings, TACOS_DATA_DIR: restored });
    assert.equal(back.code, 0, back.stderr);
    assert.ok(back.stderr.includes(`TACOS_DATA_DIR=${restored} npx tacos up --separate`), back.stderr);
    const again = await tacos(['restore', join(backups, 'all')], { ...settings, TACOS_DATA_DIR: restored });
    assert.deepEqual([again.code, /is a data directory already/.test(again.stderr)], [1, true], again.stderr);
    const goesOn = await startSeparate(restored);
    const listed = await tacos(['events', 'list'], { ...goesOn.settings, TACOS_DATA_DIR: join(restored, 'gateway') });
    assert.match(listed.stdout, /evt_2025_1001/, listed.stderr);
    goesOn.signal('SIGINT');
    assert.equal((await goesOn.end).code, 0);
  });

  it('of one service alone says that it is one of several, keeps whose it is, and names the command for all', async () => {
    const place = join(dataDir, 'gateway');
    const { code, stderr } = await tacos(['backup', join(backups, 'one')], { TACOS_DATA_DIR: place });
    assert.equal(code, 0, stderr);
    assert.ok(stderr.includes(`This is one service of several`) && stderr.includes(`TACOS_DATA_DIR=${dataDir} npx tacos backup ${join(backups, 'one')}`), stderr);
    const alone = join(restored, 'elsewhere');
    assert.equal((await tacos(['restore', join(backups, 'one')], { TACOS_DATA_DIR: alone })).code, 0);
    const together = await tacos(['up'], { TACOS_DATA_DIR: alone });
    assert.match(together.stderr, /is the directory of the gateway service alone/);
  });
});
