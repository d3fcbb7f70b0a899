import { createResources } from '@traffic-tacos/kit';
import type { Publisher } from '@traffic-tacos/journal';
import { PaymentEvents } from '@traffic-tacos/payment';
import { observeSeats, openBooksReconciler, openWebhooks, tellReceivers, type ServiceName } from '@traffic-tacos/platform';
import { createWorkerTables } from '@traffic-tacos/worker';
import { checkBooks } from './reconcile/check-books.ts';
import { channelsOf } from './channels.ts';
import type { ServiceOptions } from './config/options.ts';
import { grantedTo } from './granted-to.ts';
import { openGround, openGroundWithHistory } from './ground.ts';
import { listen } from './listen.ts';
import { startGateway } from './start-gateway.ts';
import { startRelay } from './start-relay.ts';
import type { RunningService, Start } from './started-service.ts';
import { startReservation } from './start-reservation.ts';
import { inventoryTables, paymentTables } from './tables.ts';
import { wireInventory, wirePayment, wireWorker } from './wire.ts';

/** A result may be followed up by several calls to others, one after the other. */
const RESULTS_TIMEOUT_MS = 2_000;

/**
 * Starts one service on its own directory: it is owned, its journal replayed and all is wired before a port listens. Throws what stands in the
 * way (`DirectoryInUse`, `JournalDamaged`, `CannotListen`…), with everything closed again.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const resources = createResources();
  try {
    const started = await STARTS[options.name](options, resources);
    const { history } = started;
    await history?.start();
    return { ...started, get moved() { return history?.moved ?? 0; }, stop: (deadlineMs) => resources.closeAll(deadlineMs) };
  } catch (error) {
    await resources.closeAll(5_000);
    throw error;
  }
}

const startInventory: Start = async (options, resources) => {
  const ground = await openGroundWithHistory(options, (history) => inventoryTables(options.limits, history), resources);
  const { inventory: memory } = ground.tables;
  const inventory = wireInventory(ground, memory, options);
  inventory.start({ scheduler: ground.timers, ...ground.expiry });
  observeSeats(ground.metrics, inventory.reads);
  resources.add({ name: 'holds by expiry', close: () => inventory.stop() });
  const books = openBooksReconciler({ ...ground, memory, store: inventory.store, limits: options.limits });
  books.start(ground.reconciling);
  resources.add({ name: 'reconciler of the books', close: () => books.stop() });
  const rpcs = [...inventory.rpcs, ...inventory.recordRpcs({ checkBooks: (now) => checkBooks(books, now), appliedSequence: () => ground.journal.appliedSequence })];
  return { ...(await listen({ ...inventory, rpcs }, options, ground, resources)), routes: inventory.routes, kept: { inventory: memory }, history: ground.history };
};

/** What results lead to, the follower tells the reservation service. */
const NO_BUS: Publisher = { wants: () => false, publish: () => Promise.resolve([]) };

const startPayment: Start = async (options, resources) => {
  const ground = await openGroundWithHistory(options, (history) => paymentTables(options.limits, history), resources);
  const { payment: tables, position } = ground.tables;
  const open = channelsOf(options, ground, { metrics: ground.metrics, resources, credentialFor: await grantedTo(options, ground, resources) });
  const channels = { facts: open('reservation', options.channels.inventoryTimeoutMs, { errorMode: 'status' }), results: open('worker', RESULTS_TIMEOUT_MS, { isBehind: true }) };
  const webhooks = options.webhooks === undefined ? undefined : await openWebhooks({ ...options, ...options.webhooks, gatewayUrl: options.restAddresses.gateway }, ground.clock, options.logger);
  const { payment, follower } = wirePayment(ground, tables, channels, options.payment, undefined, webhooks);
  payment.start();
  resources.add({ name: 'payments', close: () => payment.stop() });
  resources.add({ name: 'what follows payments', close: () => follower.stop() });
  follower.catchUp(payment.intents());
  const relay = startRelay(ground, { name: 'relay to receivers', position, sources: [new PaymentEvents()], publisher: tellReceivers(NO_BUS, payment.registrations), metrics: ground.metrics }, resources);
  const listening = await listen({ ...payment, rpcs: [...payment.rpcs, ...payment.receiverRpcs, ...payment.recordRpcs({ appliedSequence: () => ground.journal.appliedSequence, outboxAgeMs: () => relay.oldestAgeMs })] }, options, ground, resources);
  return { ...listening, routes: payment.routes, kept: { payment: tables }, history: ground.history };
};

const startWorker: Start = async (options, resources) => {
  const tables = createWorkerTables(options.limits);
  const ground = await openGround(options, tables.all, resources);
  const open = channelsOf(options, ground, { metrics: ground.metrics, resources, credentialFor: await grantedTo(options, ground, resources) });
  const worker = wireWorker(ground, tables, open('reservation', RESULTS_TIMEOUT_MS, { isBehind: true, errorMode: 'status' }), options);
  worker.start();
  resources.add({ name: 'worker', close: () => worker.stop() });
  return { ...(await listen(worker, options, ground, resources)), routes: worker.routes, kept: {} };
};

const STARTS: Readonly<Record<ServiceName, Start>> = { inventory: startInventory, reservation: startReservation, payment: startPayment, gateway: startGateway, worker: startWorker };
