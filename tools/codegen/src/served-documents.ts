import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Route } from '@traffic-tacos/kit';
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

/** Starts a platform on a scratch directory, and asks each of its ports for its document. */
export async function servedDocuments(): Promise<readonly ServedDocument[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-documents-'));
  try {
    const platform = await startPlatform(testOptions(dataDir));
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
