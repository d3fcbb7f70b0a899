import { strict as assert } from 'node:assert';
import { readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePort } from '@traffic-tacos/kit/testing';
import { buy, call, type Bought } from './support/buyer.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('tacos backup and restore', () => {
  const dataDir = scratchDirectory({ after });
  const backupDir = join(scratchDirectory({ after }), 'backup');
  const restoredDir = scratchDirectory({ after });
  const otherDir = scratchDirectory({ after });
  let platform: RunningPlatform;
  let token = '';
  let kept: Bought;
  let later: Bought;

  before(async () => {
    // It is started again under its address, which the tokens name.
    platform = await startUp(dataDir, ['--sample'], { GATEWAY_PORT: String(await freePort()) });
    token = (await platform.tacos('token', '--user', 'u1')).stdout.trim();
    kept = await buy(platform.addresses.gateway, token, 'evt_2025_1001', ['VIP-1-3']);
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('copies journal and keys while the platform runs, and nobody else may read the copy', async () => {
    const { code, stderr } = await platform.tacos('backup', backupDir);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /checked through group \d+/);
    assert.ok(stderr.includes(`mv ${dataDir} ${dataDir}.before && TACOS_DATA_DIR=${dataDir} npx tacos restore ${backupDir} `), 'the way back can be pasted');
    assert.equal(modeOf(backupDir), '700');
    assert.equal(modeOf(join(backupDir, 'keys')), '700');
    assert.equal(modeOf(join(backupDir, 'keys', 'signing-keys.json')), '600');
    later = await buy(platform.addresses.gateway, token, 'evt_2025_1001', ['VIP-1-4']);
  });

  it('does not write over a backup', async () => {
    const { code, stderr } = await platform.tacos('backup', backupDir);
    assert.equal(code, 1);
    assert.match(stderr, /not empty/);
  });

  it('puts no keys among files of somebody else, nor into the directory itself, from where the way back would move them away', async () => {
    const foreign = scratchDirectory({ after });
    writeFileSync(join(foreign, 'notes.txt'), 'mine');
    const among = await platform.tacos('backup', foreign);
    assert.deepEqual([among.code, readdirSync(foreign)], [1, ['notes.txt']], among.stderr);
    assert.match(among.stderr, /is not empty: it holds notes\.txt\. Name an empty directory/);
    const link = join(scratchDirectory({ after }), 'link');
    symlinkSync(dataDir, link);
    for (const inside of [join(dataDir, 'bk'), join(dataDir, 'not there', 'bk'), join(link, 'bk')]) {
      const { code, stderr } = await platform.tacos('backup', inside);
      assert.deepEqual([code, /lies in .*, and would be lost with it/.test(stderr)], [1, true], stderr);
    }
    assert.deepEqual(['bk', 'not there'].filter((name) => readdirSync(dataDir).includes(name)), []);
  });

  it('brings nothing back among files of somebody else, and leaves none there', async () => {
    const foreign = scratchDirectory({ after });
    writeFileSync(join(foreign, 'notes.txt'), 'mine');
    const { code, stderr } = await tacos(['restore', backupDir], settingsFor(foreign));
    assert.deepEqual([code, readdirSync(foreign)], [1, ['notes.txt']], stderr);
    assert.match(stderr, /is not empty: it holds notes\.txt\./);
  });

  it('does not restore into a directory that is in use, or that has keys', async () => {
    assert.match((await platform.tacos('restore', backupDir)).stderr, /in use by process/);
    await platform.stop();
    const { code, stderr } = await platform.tacos('restore', backupDir);
    assert.equal(code, 1);
    assert.match(stderr, /empty directory/);
    assert.ok(stderr.includes(`mv ${dataDir} ${dataDir}.before), then: TACOS_DATA_DIR=${dataDir} npx tacos restore ${backupDir}\n`), stderr);
  });

  it('brings back what was there at the backup, under the same keys: the platform goes on from there', async () => {
    const port = new URL(platform.addresses.gateway).port;
    const { code, stderr } = await tacos(['restore', backupDir], settingsFor(restoredDir));
    assert.equal(code, 0);
    assert.match(stderr, new RegExp(`Start it with: TACOS_DATA_DIR=${restoredDir} npm start `));
    platform = await startUp(restoredDir, [], { GATEWAY_PORT: port });
    const statusOf = async ({ orderId }: Bought): Promise<number> => (await call(platform.addresses.gateway, token, 'GET', `/api/v1/orders/${orderId}`)).status;
    assert.deepEqual([await statusOf(kept), await statusOf(later)], [200, 404]);
    assert.equal((await platform.tacos('audit')).code, 0);
  });

  it('names what cannot be backed up or restored', async () => {
    assert.match((await tacos(['backup', join(otherDir, 'b')], settingsFor(otherDir))).stderr, /nothing to back up/);
    assert.match((await tacos(['restore', join(otherDir, 'nowhere')], settingsFor(otherDir))).stderr, /is no backup/);
    assert.deepEqual(readdirSync(otherDir), []);
  });

  it('S2: refuses to restore a backup that has lost a segment, and to start from what it left', async () => {
    const journal = join(backupDir, 'journal');
    for (const name of readdirSync(journal)) rmSync(join(journal, name));
    writeFileSync(join(journal, 'segment-0000000000000001.journal'), 'not a segment that was ever written, and longer than a header is');
    const { code, stderr } = await tacos(['restore', backupDir], settingsFor(otherDir));
    assert.equal(code, 1);
    assert.match(stderr, /header of the segment is damaged/);
    assert.match((await tacos(['up'], settingsFor(otherDir))).stderr, /was not finished/);
  });
});
