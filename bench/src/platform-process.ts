import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode, startNode, waitUntilReady, type Child } from './child.ts';
import type { Credentials } from './credentials.ts';

const CLI = new URL('../../apps/cli/bin/tacos.mjs', import.meta.url).pathname;
const READY_WITHIN_MS = 60_000;

/** A whole platform as it ships, in a process of its own on a data directory of its own. */
export interface PlatformProcess {
  readonly child: Child;
  readonly dataDir: string;
  readonly gatewayUrl: string;
  readonly reservationUrl: string;
  readonly inventoryUrl: string;
  readonly paymentUrl: string;
  /** Host and port. */
  readonly inventoryGrpcAddress: string;
  /** Resident memory in bytes. */
  residentBytes(): number;
  /** The milliseconds it took from the start of the process until it was ready. */
  readonly readyMs: number;
}

/** Starts a platform; with `dataDir` on a directory that is there already. */
export async function startPlatform(credentials: Credentials, env: Readonly<Record<string, string>>, existing?: string): Promise<PlatformProcess> {
  const dataDir = existing ?? (await newDataDir(credentials));
  const { gateway, reservation, inventory, payment, inventoryGrpc } = credentials.ports;
  const startedAt = performance.now();
  const child = startNode(CLI, ['up'], { ...platformEnv(credentials, dataDir), ...env });
  await waitUntilReady(`http://127.0.0.1:${gateway}/readyz`, READY_WITHIN_MS);
  const { pid } = child.process;
  return {
    child, dataDir, gatewayUrl: `http://127.0.0.1:${gateway}`, reservationUrl: `http://127.0.0.1:${reservation}`, inventoryUrl: `http://127.0.0.1:${inventory}`, paymentUrl: `http://127.0.0.1:${payment}`,
    inventoryGrpcAddress: `127.0.0.1:${inventoryGrpc}`,
    residentBytes: () => residentBytesOf(pid ?? 0), readyMs: performance.now() - startedAt,
  };
}

/** Ends the process and removes its data. */
export async function discard(platform: PlatformProcess): Promise<void> {
  await platform.child.stop('SIGKILL');
  await removeDataDir(platform.dataDir);
}

export const removeDataDir = (dataDir: string): Promise<void> => rm(dataDir, { recursive: true, force: true });

/** The settings of a platform on the scenario's ports. */
export const platformEnv = ({ ports }: Credentials, dataDir: string): Readonly<Record<string, string>> => ({
  TACOS_DATA_DIR: dataDir,
  GATEWAY_PORT: String(ports.gateway),
  RESERVATION_PORT: String(ports.reservation),
  INVENTORY_PORT: String(ports.inventory),
  PAYMENT_PORT: String(ports.payment),
  RESERVATION_GRPC_PORT: String(ports.reservationGrpc),
  INVENTORY_GRPC_PORT: String(ports.inventoryGrpc),
  PAYMENT_GRPC_PORT: String(ports.paymentGrpc),
  GATEWAY_GRPC_PORT: '0',
  WORKER_PORT: '0',
  WORKER_GRPC_PORT: '0',
  TRUSTED_PROXIES: '127.0.0.1',
});

/** A fresh directory with the keys under which the users' tokens are signed. */
export async function newDataDir({ keysDir }: Credentials): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-bench-'));
  await cp(join(keysDir, 'keys'), join(dataDir, 'keys'), { recursive: true });
  return dataDir;
}

/** Resident memory of a process, from what the kernel says of it (Linux). */
export function residentBytesOf(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/);
  return Number(line?.[1] ?? Number.NaN) * 1024;
}

/** Ends the run when `tacos audit` finds anything. */
export async function assertAuditGreen(platform: PlatformProcess, credentials: Credentials, env: Readonly<Record<string, string>>): Promise<void> {
  const breaches = await auditOf(platform, credentials, env);
  if (breaches.length > 0) throw new AuditRed(`the audit names ${breaches.join()}`);
}

class AuditRed extends Error {
  override readonly name = 'AuditRed';
}

/** The invariants that `tacos audit` finds broken in the platform's directory, one for each breach. */
export async function auditOf({ dataDir }: PlatformProcess, credentials: Credentials, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const report = await runNode(CLI, ['audit', '--json'], { ...platformEnv(credentials, dataDir), ...env });
  const { breaches } = JSON.parse(report) as { readonly breaches: readonly { readonly invariant: string }[] };
  return breaches.map(({ invariant }) => invariant);
}
