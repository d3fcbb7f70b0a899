import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProtectionSettings, Route } from '@traffic-tacos/kit';
import { SERVICE_NAMES, startPlatform, type ServiceName } from '@traffic-tacos/platform';
import { testOptions } from '@traffic-tacos/platform/testing';

/** What one service says of its REST port. */
export interface ServedDocument {
  readonly service: ServiceName;
  readonly routes: readonly Route[];
  /** The OpenAPI document, as a client gets it. */
  readonly document: unknown;
}

const STOP_WITHIN_MS = 5_000;
/** As the settings have it unless they are given: the documents list what may be answered then. */
const AS_SHIPPED: ProtectionSettings = { rateLimit: { perSecond: 50, burst: 100, scope: 'edge' }, trustedProxies: [] };

/** Starts a platform on a scratch directory, and asks each of its ports for its document. */
export async function servedDocuments(): Promise<readonly ServedDocument[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-documents-'));
  try {
    const platform = await startPlatform(testOptions(dataDir, { protection: AS_SHIPPED }));
    try {
      const read = async (service: ServiceName): Promise<ServedDocument> => {
        const reply = await fetch(`${platform.addresses[service]}/v3/api-docs`);
        return { service, routes: platform.routes[service], document: await reply.json() };
      };
      return await Promise.all(SERVICE_NAMES.map(read));
    } finally {
      await platform.stop(STOP_WITHIN_MS);
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
