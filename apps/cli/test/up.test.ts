import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePort } from '@traffic-tacos/kit/testing';
import { call } from './support/buyer.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { neutralEnvironment, scratchDirectory, tacos } from './support/tacos.ts';

/** The commands that are printed to be pasted: the lines between the sentence about pasting and the one about Ctrl-C. */
function pasteable(welcome: string): readonly string[] {
  const lines = welcome.split('\n');
  const from = lines.findIndex((line) => line.includes('붙여 넣으면'));
  const to = lines.findIndex((line) => line.includes('Ctrl-C'));
  return lines.slice(from + 1, to).filter((line) => line !== '');
}

const paste = (lines: readonly string[]): string => execFileSync('bash', ['-euc', lines.join('\n')], { encoding: 'utf8', env: neutralEnvironment() });

describe('tacos up, from the first start to the next', () => {
  const dataDir = scratchDirectory({ after });
  const otherDir = scratchDirectory({ after });
  let platform: RunningPlatform;
  let order: Readonly<Record<string, unknown>> = {};
  let token = '';

  before(async () => {
    // It is started again under its address, which the tokens name.
    platform = await startUp(dataDir, ['--sample'], { GATEWAY_PORT: String(await freePort()) });
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('says where it listens and keeps its data, in English and Korean, and imports the sample events', async () => {
    for (const address of [...Object.values(platform.addresses), ...Object.values(platform.grpcAddresses)]) assert.ok(platform.welcome.includes(address));
    assert.match(platform.welcome, /is ready after [\d.]+ m?s · 준비되었습니다/);
    assert.ok(platform.welcome.includes(platform.dataDir));
    const events = await platform.tacos('events', 'list', '--json');
    assert.match(events.stdout, /"evt_2025_1001"/);
    assert.match(events.stdout, /"capacity": 15000/);
  });

  it('prints commands that buy two seats when they are pasted line by line', () => {
    const lines = pasteable(platform.welcome);
    token = /^TOKEN=(\S+)$/m.exec(platform.welcome)?.[1] ?? '';
    const answers = paste(lines).trim().split('\n').map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
    assert.deepEqual(answers.map((answer) => answer['status']), ['HOLD', 'PENDING', 'CONFIRMED', undefined]);
    order = answers[2] ?? {};
  });

  it('refuses a second owner of the directory, with what to do and no stack trace', async () => {
    const { code, stderr } = await platform.tacos('up');
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`in use by process ${platform.pid}`));
    assert.doesNotMatch(stderr, /\n\s+at /);
  });

  it('names a port that is taken, who has it, and the setting that moves it', async () => {
    const { port } = new URL(platform.addresses.inventory);
    const { code, stderr } = await tacos(['up'], { ...platform.settings, TACOS_DATA_DIR: otherDir, INVENTORY_PORT: port });
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`\\b${port} (?:is|are) taken by a Traffic Tacos .* INVENTORY_PORT=\\d+ npm start`));
    assert.doesNotMatch(stderr, /\n\s+at /);
  });

  it('stops on Ctrl-C with exit code 0, says so, and leaves no platform file', async () => {
    const { code, stderr } = await platform.stop('SIGINT');
    assert.equal(code, 0);
    assert.match(stderr, /Stopped in [\d.]+ m?s; everything is on disk/);
    assert.ok(!existsSync(join(platform.dataDir, 'platform.json')));
  });

  it('S1: finds everything again on the next start, and says how much', async () => {
    platform = await startUp(platform.dataDir, ['--sample'], { GATEWAY_PORT: new URL(platform.addresses.gateway).port });
    assert.match(platform.welcome, /found again: \d+ records of \d+ groups? in [\d.]+ m?s/);
    const found = await call(platform.addresses.gateway, token, 'GET', `/api/v1/orders/${String(order['order_id'])}`);
    assert.equal(found.status, 200);
    assert.equal(found.body['status'], 'CONFIRMED');
  });

  it('offers seats that are free: not the ones that were bought', () => {
    assert.match(paste(pasteable(platform.welcome)), /"status":"CONFIRMED"/);
  });

  it('stops on SIGTERM with exit code 0', async () => {
    assert.equal((await platform.stop('SIGTERM')).code, 0);
  });
});
