import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { receiversSuite, type ReceiverLayout } from '@traffic-tacos/platform/testing';
import { withSeparate, type SeparateLayout } from './support/separate.ts';

const layoutOf = (on: SeparateLayout): ReceiverLayout => ({ ...on, gatewayGrpc: on.services.gateway.grpcAddress, restart: async () => layoutOf((await on.restart()) as SeparateLayout) });

receiversSuite('separate services', async (internet, body, settings) => {
  const folder = await mkdtemp(join(tmpdir(), 'tacos-secrets-'));
  try {
    await withSeparate((on) => body(layoutOf(on)), { ...settings, internet, environment: { WEBHOOK_SECRETS_FILE: join(folder, 'webhook-secrets.json') } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
