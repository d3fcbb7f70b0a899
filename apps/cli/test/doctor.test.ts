import { strict as assert } from 'node:assert';
import { chmodSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PLATFORM_SETTINGS } from '@traffic-tacos/kit';
import type { Finding } from '../src/doctor/finding.ts';
import { MISHAPS } from '../src/doctor/mishaps.ts';
import { createExamine } from './support/examination.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe('tacos doctor', () => {
  const dataDir = scratchDirectory({ after });
  const scratch = scratchDirectory({ after });
  const examine = createExamine(scratch);
  let platform: RunningPlatform;

  before(async () => {
    platform = await startUp(dataDir, [], { HTTP_CONNECTIONS: '100' });
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('finds nothing beside a platform that is well, in one line for each check', async () => {
    const ports = { GATEWAY_PORT: 'gateway', RESERVATION_PORT: 'reservation', INVENTORY_PORT: 'inventory', PAYMENT_PORT: 'payment', WORKER_PORT: 'worker' } as const;
    const rest = Object.entries(ports).map(([setting, service]) => [setting, new URL(platform.addresses[service]).port]);
    const grpc = Object.entries(platform.grpcAddresses).map(([service, address]) => [`${service.toUpperCase()}_GRPC_PORT`, address.split(':')[1]]);
    const { code, stdout } = await tacos(['doctor'], { ...platform.settings, ...Object.fromEntries([...rest, ...grpc]) });
    assert.equal(code, 0, stdout);
    const lines = stdout.trim().split('\n');
    const checks = ['node', 'packages', 'settings', 'directory', 'layout', 'space', 'files', 'journal', 'history', 'keys', 'platform', 'ports', 'version', 'clock'];
    assert.deepEqual(lines.map((line) => line.replace(/^ok +(\w+) .*/, '$1')), checks);
    assert.match(stdout, /ports +all are held by this platform/);
    assert.match(stdout, new RegExp(`platform +process ${platform.pid} answers`));
  });

  it('says in one line what is wrong and in one how to mend it, English and Korean side by side, with exit code 1', async () => {
    const folder = join(dataDir, 'keys');
    chmodSync(folder, 0o755);
    const { code, stdout } = await tacos(['doctor'], platform.settings);
    const json = await tacos(['doctor', '--json'], platform.settings);
    chmodSync(folder, 0o700);
    assert.equal(code, 1);
    const { ko } = MISHAPS.keys_open;
    assert.ok(stdout.includes(`PROBLEM  keys       ${folder} is open to others (mode 755) · ${ko[0]}\n         → chmod 700 ${folder} · ${ko[1]}\n`), stdout);
    assert.equal(json.code, 1);
    const findings: readonly Finding[] = JSON.parse(json.stdout);
    assert.deepEqual(findings.find(({ kind }) => kind === 'problem'), {
      check: 'keys', kind: 'problem', says: `${folder} is open to others (mode 755)`, mishap: 'keys_open', mend: `chmod 700 ${folder}`, ko: { says: ko[0], mend: ko[1] },
    });
  });

  it('answers wrong usage with exit code 2 and the line that would have been right', async () => {
    const { code, stdout, stderr } = await tacos(['doctor', 'please'], {});
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /Right would be.*: npx tacos doctor\n$/);
  });

  it('names settings that are not right, each by itself, and that contradict each other', async () => {
    const wrong = await examine(scratch, { LOG_LEVEL: 'loud', GATEWAY_PORT: '70000' });
    assert.deepEqual(wrong.met, ['setting_wrong', 'setting_wrong']);
    assert.match(JSON.stringify(wrong.findings), /LOG_LEVEL must be one of.*GATEWAY_PORT must be a whole number|GATEWAY_PORT must be.*LOG_LEVEL must be/);
    const contradicting = await examine(join(scratch, 'a'), { IDEMPOTENCY_TTL_SECONDS: '86400' });
    assert.deepEqual(contradicting.met, ['settings_contradict']);
    assert.match(contradicting.of('settings_contradict').says, /idempotencyKeys must hold/);
    assert.deepEqual((await examine(join(scratch, 'a'), { GATEWAY_PORT: '9100', PAYMENT_PORT: '9100' })).met, ['setting_wrong']);
  });

  it('names a variable that is almost a setting, and what it will have meant', async () => {
    const meant = { HOLD_SECOND: 'HOLD_SECONDS', HOLD_SECODNS: 'HOLD_SECONDS', hold_seconds: 'HOLD_SECONDS', TACOS_HOLD_SECONDS: 'HOLD_SECONDS', TACOS_DATADIR: 'TACOS_DATA_DIR', LOGLEVEL: 'LOG_LEVEL' };
    for (const [given, name] of Object.entries(meant)) {
      const { met, of } = await examine(join(scratch, 'a'), { [given]: '30' });
      assert.deepEqual(met, ['setting_unknown'], given);
      assert.equal(of('setting_unknown').says, `${given} is set and has no effect: the setting is called ${name}`);
      assert.equal(of('setting_unknown').mend, `Set ${name} in its place, or: unset ${given}`);
    }
  });

  it('takes no variable of others for a setting, and no setting for another one', async () => {
    const others = { LANG: 'C', PATH: '/bin', HOSTNAME: 'h', DATA_DIR: 'd', SERVER_PORT: '1', GRPC_SERVER_PORT: '2', LOG_DIR: 'x', TACOS_TEST_RUN: '1', GATEWAY_PORT_80_TCP: 'x', HOLD_SECOND: '' };
    assert.deepEqual((await examine(join(scratch, 'a'), others)).met, []);
    const names = Object.values(PLATFORM_SETTINGS).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });

  it('repeats TACOS_DATA_DIR in the commands that it prints where it was given, as one word of a shell, and leaves it out where it was not', async () => {
    const given = await examine(join(scratch, "it's here"), { BIND_ADDRESS: '127.0.0.1' });
    assert.deepEqual(given.met, []);
    const { asTyped } = await import('../src/config/as-typed.ts');
    assert.equal(asTyped('npm start', "/a/it's here"), "TACOS_DATA_DIR='/a/it'\\''s here' npm start");
    assert.equal(asTyped('npm start', '/a/b'), 'TACOS_DATA_DIR=/a/b npm start');
    for (const nothing of ['', ' ']) assert.equal(asTyped('npm start', nothing), 'npm start');
  });
});

describe('the table of mishaps', () => {
  it('has a test for each that makes it and sees it named', () => {
    const tests = globSync(join(import.meta.dirname, 'doctor*.test.ts')).map((file) => readFileSync(file, 'utf8')).join('\n');
    const untested = Object.keys(MISHAPS).filter((name) => !tests.includes(`'${name}'`) && !tests.includes(`"mishap": "${name}"`));
    assert.deepEqual(untested, []);
    assert.ok(Object.keys(MISHAPS).length >= 20);
  });

  it('is the page of troubleshooting; otherwise npx tacos doctor --mishaps > docs/reference/troubleshooting.md writes it anew', async () => {
    const { code, stdout } = await tacos(['doctor', '--mishaps'], settingsFor('nowhere'));
    assert.equal(code, 0);
    assert.equal(stdout, readFileSync(join(ROOT, 'docs', 'reference', 'troubleshooting.md'), 'utf8'));
  });
});
