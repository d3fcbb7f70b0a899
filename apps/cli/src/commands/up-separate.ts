import { join } from 'node:path';
import { loadServiceClients, newClientSecret, readClientSecret, ServiceClientFileRefused, writeClientSecret, writeServiceClients } from '@traffic-tacos/gateway';
import { loadOrCreateQueueKeys, queueKeyPath } from '@traffic-tacos/queue';
import { createPooledRandom, loadOrCreateWebhookSecrets, stopOnSignal, webhookSecretPath, type PlatformSettings } from '@traffic-tacos/kit';
import type { ServiceName } from '@traffic-tacos/platform';
import { refuseToRunApart } from '../beside/refuse-layout.ts';
import { portsOf, refuseStart } from '../beside/refuse-start.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { leave } from '../leave.ts';
import { startChildren, type ServiceChild } from '../separate/service-child.ts';
import { welcomePage } from '../separate/welcome-page.ts';
import { print, say } from '../terminal/say.ts';
import { WrongUsage } from '../wrong-usage.ts';
import type { UpOptions } from './up.ts';

/** Services start in this order, each ready before the next, and stop in the opposite one: nobody is called before it listens. */
const ORDER: readonly ServiceName[] = ['inventory', 'reservation', 'worker', 'payment', 'gateway'];
const STOP_WITHIN_MS = 20_000;
const CLIENTS: readonly ServiceName[] = ['reservation', 'payment', 'worker'];

/** `tacos up --separate`: each service as a process of its own with its own directory, until a signal stops them or one of them ends. */
export async function upSeparate({ sample = false, cut }: UpOptions): Promise<number> {
  if (cut !== undefined) throw new WrongUsage('--cut goes with one directory: run the service whose journal is damaged alone, or restore its directory');
  const settings = settingsOfEnvironment();
  refuseFreePorts(settings);
  refuseOwnSecrets(settings);
  await refuseToRunApart(settings.dataDir);
  await refuseStart(settings);
  await makeSecrets(settings);
  const children: ServiceChild[] = [];
  let isStopping = false;
  const stopAll = async (): Promise<number> => {
    isStopping = true;
    say('\nStopping the services, the gateway first. · 서비스를 종료하는 중입니다.');
    const codes: number[] = [];
    for (const child of children.toReversed()) codes.push(await child.stop(STOP_WITHIN_MS));
    return codes.every((code) => code === 0) ? 0 : 1;
  };
  const removeListeners = stopOnSignal({ on: process.on.bind(process), off: process.off.bind(process), exit: leave }, stopAll);
  const failed = await startChildren(ORDER, (name) => environmentOf(name, settings), children);
  if (failed !== undefined) {
    removeListeners();
    say(`${failed.name} did not start (exit code ${failed.code}): its own lines above say why. · 서비스를 시작하지 못했습니다.`);
    await stopAll();
    return 1;
  }
  try {
    print(await welcomePage(settings, sample));
  } catch (error) {
    // Whoever stops them while they are asked for the page has not found a fault.
    if (isStopping) return new Promise<never>(() => undefined);
    removeListeners();
    await stopAll();
    throw error;
  }
  const ended = await Promise.race(children.map(async (child) => ({ name: child.name, code: await child.ended })));
  // A signal has stopped them, and ends this process when all have stopped.
  if (isStopping) return new Promise<never>(() => undefined);
  removeListeners();
  say(`${ended.name} has ended (exit code ${ended.code}), so the others are stopped. What was acknowledged is on disk. · 서비스 하나가 종료되었습니다.`);
  await stopAll();
  return 1;
}

/** Each service must know where the others are before they listen. */
function refuseFreePorts(settings: PlatformSettings): void {
  if (portsOf(settings).includes(0)) throw new WrongUsage('With --separate no port may be 0: the services must know each other\'s before they listen.');
}

/** Each service has a secret of its own here, so that one for all cannot be meant. */
function refuseOwnSecrets({ serviceClientsFile, serviceClientSecretFile, serviceClientId }: PlatformSettings): void {
  const given = Object.entries({ SERVICE_CLIENTS_FILE: serviceClientsFile, SERVICE_CLIENT_SECRET_FILE: serviceClientSecretFile, SERVICE_CLIENT_ID: serviceClientId });
  const names = given.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (names.length === 0) return;
  throw new WrongUsage(
    `${names.join(' and ')} cannot be set with --separate, which makes a secret for each service and lets the issuer know them. Further clients go into gateway/keys/service-clients.json, which is kept.`,
  );
}

const directoryOf = (name: ServiceName, { dataDir }: PlatformSettings): string => join(dataDir, name);
const secretPath = (name: ServiceName, settings: PlatformSettings): string => join(directoryOf(name, settings), 'keys', 'service-client-secret');
const webhookSecretsPath = (settings: PlatformSettings): string => settings.webhookSecretsFile ?? webhookSecretPath(directoryOf('gateway', settings));
const queueKeysPath = (settings: PlatformSettings): string => settings.queueKeysFile ?? queueKeyPath(directoryOf('gateway', settings));
const clientsPath = (settings: PlatformSettings): string => join(directoryOf('gateway', settings), 'keys', 'service-clients.json');

/** The secrets of services that call others, made at the first start; afterwards those that are there are used. */
async function makeSecrets(settings: PlatformSettings): Promise<void> {
  const secrets: Record<string, string> = {};
  for (const name of CLIENTS) secrets[name] = await secretOf(secretPath(name, settings));
  await writeServiceClients(clientsPath(settings), secrets);
  await loadServiceClients(clientsPath(settings));
  await loadOrCreateWebhookSecrets(webhookSecretsPath(settings));
  await loadOrCreateQueueKeys(queueKeysPath(settings), createPooledRandom());
}

async function secretOf(path: string): Promise<string> {
  try {
    return await readClientSecret(path);
  } catch (error) {
    if (!(error instanceof ServiceClientFileRefused) || !error.message.endsWith('ENOENT')) throw error;
    const secret = newClientSecret();
    await writeClientSecret(path, secret);
    return secret;
  }
}

function environmentOf(name: ServiceName, settings: PlatformSettings): Readonly<Record<string, string>> {
  return {
    TACOS_DATA_DIR: directoryOf(name, settings),
    INVENTORY_GRPC_ADDRESS: settings.inventoryGrpcAddress ?? `127.0.0.1:${settings.inventoryGrpcPort}`,
    RESERVATION_GRPC_ADDRESS: settings.reservationGrpcAddress ?? `127.0.0.1:${settings.reservationGrpcPort}`,
    PAYMENT_GRPC_ADDRESS: settings.paymentGrpcAddress ?? `127.0.0.1:${settings.paymentGrpcPort}`,
    GATEWAY_GRPC_ADDRESS: settings.gatewayGrpcAddress ?? `127.0.0.1:${settings.gatewayGrpcPort}`,
    WORKER_GRPC_ADDRESS: settings.workerGrpcAddress ?? `127.0.0.1:${settings.workerGrpcPort}`,
    ...(CLIENTS.includes(name) ? { SERVICE_CLIENT_ID: name, SERVICE_CLIENT_SECRET_FILE: secretPath(name, settings) } : {}),
    ...(name === 'gateway' || name === 'payment' ? { WEBHOOK_SECRETS_FILE: webhookSecretsPath(settings) } : {}),
    ...(name === 'gateway' || name === 'reservation' ? { QUEUE_KEYS_FILE: queueKeysPath(settings) } : {}),
    ...(name === 'gateway' ? { SERVICE_CLIENTS_FILE: clientsPath(settings) } : {}),
  };
}
