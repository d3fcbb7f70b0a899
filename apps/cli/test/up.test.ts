import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePort } from '@traffic-tacos/kit/testing';
import { call } from './support/buyer.ts';
import { paste, pasteable, pasteableIn } from './support/paste.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, tacos } from './support/tacos.ts';

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

  it('I8: lets people into the sample event with a waiting room by the lines of its guide, and refuses who has not waited', () => {
    const lines = pasteableIn('waiting-room.md', platform.addresses.gateway);
    assert.deepEqual(pasteableIn('waiting-room.ko.md', platform.addresses.gateway), lines);
    const answers = paste(lines).trim().split('\n').map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
    assert.match(JSON.stringify(answers[0]), /"code":"FORBIDDEN"/);
    assert.deepEqual([answers.at(-3)?.['ready_for_entry'], answers.at(-2)?.['admission'], answers.at(-1)?.['status']], [true, 'granted', 'HOLD']);
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
