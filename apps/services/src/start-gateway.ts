import { createGatewayTables, loadServiceClients, polledChanges, type Gateway } from '@traffic-tacos/gateway';
import { loadOrCreateWebhookSecrets, type LiveSettings, type Resources, type TokenVerifier } from '@traffic-tacos/kit';
import { issuerKeys, journalDir, removePlatformFile, SERVICE_NAMES, VERSION, writePlatformFile } from '@traffic-tacos/platform';
import { createQueueTables, grpcOnSales, grpcTokenSpender, loadOrCreateQueueKeys, queueKeyPath, type QueueService, type QueueTables } from '@traffic-tacos/queue';
import { channelsOf, type CredentialFor, type OpenChannel } from './channels.ts';
import type { ServiceOptions } from './config/options.ts';
import { keptCredential } from './credentials.ts';
import { grantedTo } from './granted-to.ts';
import { openGround, type OpenedGround } from './ground.ts';
import { listen } from './listen.ts';
import type { Start } from './started-service.ts';
import { takeAnnouncements } from './take-announcements.ts';
import { toldChanges } from './told-changes.ts';
import { wireGateway, wireQueue } from './wire.ts';

/** A call ends some dozens of holds, each by a call to the inventory. */
const MAINTENANCE_TIMEOUT_MS = 10_000;

/** The gateway with the waiting rooms, and the issuer of all. */
export const startGateway: Start = async (options, resources) => {
  const { limits, auth, clientsFile, dataDir, webhooks } = options;
  const tables = createGatewayTables(limits);
  const queueTables = createQueueTables(limits);
  const ground = await openGround(options, [...tables.all, ...queueTables.all], resources);
  const { clock, units } = ground;
  // Where it is the issuer, it gives itself what the others have to ask for.
  const ownCredential: CredentialFor = (audience) => keptCredential(() => gateway.signServiceToken(options.client.id, audience), clock);
  const credentialFor = auth.isOwnIssuer ? ownCredential : await grantedTo(options, ground, resources);
  const open = channelsOf(options, ground, { metrics: ground.metrics, resources, credentialFor });
  const openTo = (target: 'inventory' | 'reservation' | 'payment') => open(target, options.channels.gatewayTimeoutMs, { errorMode: 'status' });
  const channels = { inventory: openTo('inventory'), reservation: openTo('reservation'), payment: openTo('payment'), maintenance: open('reservation', MAINTENANCE_TIMEOUT_MS, { errorMode: 'status', isBehind: true }) };
  const queue = await startQueue(options, ground, queueTables, open, resources);
  const { changes, changed } = toldChanges(polledChanges(ground.timers));
  const gateway: Gateway = wireGateway(ground, channels, {
    tables, queue, changes,
    announcements: takeAnnouncements(queue, units, changed),
    keys: (await issuerKeys(dataDir, journalDir(dataDir), options.logger)).keys,
    webhookSecrets: webhooks === undefined ? undefined : await loadOrCreateWebhookSecrets(webhooks.secretsFile),
    serviceClients: clientsFile === undefined ? undefined : await loadServiceClients(clientsFile),
    settings: { limits, issuer: { url: auth.issuerUrl, audience: auth.audience }, tokenTtlSeconds: auth.tokenTtlSeconds },
  });
  resources.add({ name: 'sign-in', close: () => gateway.stop() });
  const routes = [...gateway.routes, ...queue.routes];
  const listening = await listen({ ...servedBy(gateway, ground, auth.isOwnIssuer), routes }, options, ground, resources);
  await tellOperators(options, ground, resources);
  return { ...listening, routes, kept: { queue: queueTables } };
};

/** What the port serves beside routes. */
function servedBy(gateway: Gateway, { clock, health, metrics }: OpenedGround, isIssuer: boolean) {
  const document = { keys: gateway.publicKeys.map((key) => ({ ...key })) };
  // How the others are, their own ports say.
  const states = () => new Map(SERVICE_NAMES.map((name) => [name, name === 'gateway' ? (health.isReady ? 'ready' : 'not_ready') : undefined] as const));
  const known = { version: VERSION, startedAtMs: clock.wallMs(), states, reasons: () => Object.values(health.reasons) };
  const rpcs = (verifier: TokenVerifier, settings: LiveSettings) => gateway.rpcs({ verifier, known, metrics, settings });
  return { rpcs, push: { streams: gateway.streams, sockets: gateway.sockets }, ...(isIssuer ? { keys: () => document } : {}) };
}

/** The waiting rooms, which ask for what they need beside the requests that made them ask. */
async function startQueue({ queueKeysFile, dataDir, limits, channels, queue: admission }: ServiceOptions, ground: OpenedGround, tables: QueueTables, open: OpenChannel, resources: Resources): Promise<QueueService> {
  const { clock, random, logger } = ground;
  const behind = (target: 'inventory' | 'reservation') => open(target, channels.gatewayTimeoutMs, { errorMode: 'status', isBehind: true });
  const onFault = (err: unknown): void => logger.error({ err }, 'the waiting rooms could not use what another service answered');
  const queue = wireQueue(ground, {
    tables, keys: await loadOrCreateQueueKeys(queueKeysFile ?? queueKeyPath(dataDir), random), onSales: grpcOnSales(behind('inventory'), clock, onFault),
    spender: grpcTokenSpender(behind('reservation'), clock, onFault), settings: { ...admission, limits },
  });
  queue.start({ onFailure: ground.expiry.onFailure });
  resources.add({ name: 'waiting rooms', close: () => queue.stop() });
  return queue;
}

/** Commands for operators look for the whole platform in the gateway's directory, where the issuer's keys are too. */
async function tellOperators({ dataDir, auth, restAddresses: addresses }: ServiceOptions, { clock }: OpenedGround, resources: Resources): Promise<void> {
  const startedAt = new Date(clock.wallMs()).toISOString();
  await writePlatformFile(dataDir, { pid: process.pid, version: VERSION, startedAt, issuer: auth.issuerUrl, audience: auth.audience, addresses });
  resources.add({ name: 'platform file', close: () => removePlatformFile(dataDir) });
}
