import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { withServer } from '@traffic-tacos/kit/testing';
import type { Finding } from '../src/doctor/finding.ts';
import { findingsOfPorts, type PortLook } from '../src/doctor/ports.ts';
import { createExamine } from './support/examination.ts';
import { endedInTime, neutralEnvironment, scratchDirectory, settingsFor } from './support/tacos.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const PRIVILEGED_PORT = 81;

describe('tacos doctor, of ports', () => {
  const scratch = scratchDirectory({ after });
  const examine = createExamine(scratch);
  const directory = join(scratch, 'none');

  const listening = async (server: Server): Promise<string> => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? String(address.port) : assert.fail('it listens');
  };

  it('names a port that a stranger has, REST or gRPC, and how to move ours', async () => {
    const stranger = createServer((_, response) => response.end('hello'));
    const port = await listening(stranger);
    for (const setting of ['PAYMENT_PORT', 'INVENTORY_GRPC_PORT']) {
      const { met, of } = await examine(directory, { [setting]: port });
      assert.deepEqual(met, ['port_taken']);
      assert.match(of('port_taken').says, new RegExp(`^Port ${port} \\(.*${setting}\\) is taken by another program$`));
      assert.match(of('port_taken').mend ?? '', new RegExp(`^lsof -nP -iTCP:${port} .*${setting}=\\d+$`));
    }
    stranger.close();
  });

  it('tells one that another Traffic Tacos has, and its version', async () => {
    await withServer([], async ({ port }) => {
      const { met, of } = await examine(directory, { GATEWAY_PORT: String(port) });
      assert.deepEqual(met, ['port_of_another']);
      assert.match(of('port_of_another').says, /is taken by a Traffic Tacos 0\.0\.0-test that works in another data directory/);
    });
  });

  it('tells a whole platform in the way once, its gRPC ports too, and how to move ours in one line', () => {
    const look = (service: PortLook['service'], protocol: PortLook['protocol'], setting: string, port: number, state: PortLook['state']): PortLook => ({ service, protocol, setting, port, host: '127.0.0.1', state });
    const other = { kind: 'other_platform', version: '0.1.0' } as const;
    const gateway = [look('gateway', 'REST', 'GATEWAY_PORT', 8000, other), look('gateway', 'gRPC', 'GATEWAY_GRPC_PORT', 8001, { kind: 'stranger' })];
    const stranger = look('payment', 'gRPC', 'PAYMENT_GRPC_PORT', 8031, { kind: 'stranger' });
    const findings = findingsOfPorts([...gateway, look('payment', 'REST', 'PAYMENT_PORT', 8030, { kind: 'free' }), stranger]);
    assert.deepEqual(findings.map(({ mishap }) => mishap), ['port_of_another', 'port_taken']);
    assert.equal(findings[0]?.says, 'Ports 8000, 8001 are taken by a Traffic Tacos 0.1.0 that works in another data directory');
    assert.match(findings[0]?.mend ?? '', /lsof -nP -iTCP:8000 names\), or move ours: GATEWAY_PORT=18000 GATEWAY_GRPC_PORT=18001 npm start$/);
  });

  it('names an address that is not of this machine, once', async () => {
    const { met, of } = await examine(directory, { BIND_ADDRESS: '192.0.2.1' });
    assert.deepEqual(met, ['address_foreign']);
    assert.match(of('address_foreign').says, /192\.0\.2\.1 \(BIND_ADDRESS\) here: EADDRNOTAVAIL/);
  });

  it('names a port that only the privileged may have', () => {
    const look = { service: 'gateway', protocol: 'REST', setting: 'GATEWAY_PORT', port: 80, host: '127.0.0.1', state: { kind: 'refused', code: 'EACCES' } } as const;
    const [finding] = findingsOfPorts([look]);
    assert.equal(finding?.mishap, 'port_privileged');
    assert.match(finding?.mend ?? '', /GATEWAY_PORT=10080, and let a proxy listen on 80/);
  });

  if (losesPrivileges()) {
    it('names one for a user who has no privileges, from what the system answers', async () => {
      // In a network of its own where it is nobody, the rule for low ports is the system's first one.
      const env = { ...neutralEnvironment(), ...settingsFor(join(tmpdir(), 'tacos-of-nobody')), HTTP_CONNECTIONS: '100', BIND_ADDRESS: '0.0.0.0', GATEWAY_PORT: String(PRIVILEGED_PORT) };
      const { stdout, stderr } = await endedInTime(spawn('unshare', ['-Un', process.execPath, MAIN, 'doctor', '--json'], { env }));
      const findings: readonly Finding[] = JSON.parse(stdout === '' ? assert.fail(stderr) : stdout);
      const found = findings.find(({ mishap }) => mishap === 'port_privileged');
      assert.equal(found?.says, `Port ${PRIVILEGED_PORT} (gateway, GATEWAY_PORT) cannot be listened on by this user: EACCES`, stdout);
    });
  }
});

/** Whether this system lets a process become nobody in a network of its own, and nobody may read this clone. */
function losesPrivileges(): boolean {
  try {
    execFileSync('unshare', ['-Un', process.execPath, '-e', 'require("node:fs").readFileSync(process.argv[1])', MAIN], { stdio: 'ignore' });
    return true;
  } catch {
    // No such command, or not for this user.
    return false;
  }
}

describe('tacos doctor, of TLS', () => {
  const scratch = scratchDirectory({ after });
  const examine = createExamine(scratch);
  const directory = join(scratch, 'none');
  const [cert, key] = [join(scratch, 'a.pem'), join(scratch, 'a.key')];
  const [otherCert, otherKey] = [join(scratch, 'b.pem'), join(scratch, 'b.key')];
  const DAY_MS = 24 * 3_600_000;

  /** A key, and a certificate for it that is valid for a day. */
  const make = (certFile: string, keyFile: string): void => {
    const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=shop.test', '-keyout', keyFile, '-out', certFile];
    execFileSync('openssl', words, { stdio: 'ignore' });
  };

  before(() => {
    make(cert, key);
    make(otherCert, otherKey);
  });

  it('names nothing where the files belong together', async () => {
    const { met, findings } = await examine(directory, { GRPC_TLS_CERT_FILE: cert, GRPC_TLS_KEY_FILE: key, GRPC_TLS_CLIENT_CA_FILE: otherCert });
    assert.deepEqual([met, findings.find(({ check }) => check === 'tls')?.kind], [[], 'ok']);
  });

  it('names a certificate and a key that do not belong together, of the ports and of calls', async () => {
    assert.deepEqual((await examine(directory, { GRPC_TLS_CERT_FILE: cert, GRPC_TLS_KEY_FILE: otherKey })).met, ['tls_mismatch']);
    assert.deepEqual((await examine(directory, { GRPC_CLIENT_CERT_FILE: otherCert, GRPC_CLIENT_KEY_FILE: key })).met, ['tls_mismatch']);
  });

  it('names files that are missing, or no PEM, with the setting that names them', async () => {
    const missing = await examine(directory, { GRPC_TLS_CERT_FILE: cert, GRPC_TLS_KEY_FILE: join(scratch, 'nowhere') });
    assert.deepEqual(missing.met, ['tls_unreadable']);
    assert.match(missing.of('tls_unreadable').says, /nowhere \(GRPC_TLS_KEY_FILE\) cannot be used: ENOENT/);
    const garbage = join(scratch, 'garbage');
    writeFileSync(garbage, readFileSync(cert, 'utf8').slice(0, 100));
    assert.deepEqual((await examine(directory, { GRPC_TLS_CERT_FILE: garbage, GRPC_TLS_KEY_FILE: key })).met, ['tls_unreadable']);
    assert.deepEqual((await examine(directory, { GRPC_CLIENT_CA_FILE: garbage })).met, ['tls_unreadable']);
  });

  it('names a certificate that has ended, and one that has not begun', async () => {
    const settings = { GRPC_TLS_CERT_FILE: cert, GRPC_TLS_KEY_FILE: key };
    const late = await examine(directory, settings, { wallMs: () => Date.now() + 2 * DAY_MS });
    assert.deepEqual(late.met, ['tls_expired']);
    assert.match(late.of('tls_expired').says, /a\.pem \(GRPC_TLS_CERT_FILE\) ended at 2\d{3}-/);
    const early = await examine(directory, settings, { wallMs: () => Date.now() - DAY_MS });
    assert.match(early.of('tls_expired').says, /begins at/);
  });
});
