import type { Clock } from '@traffic-tacos/kernel';
import type { GrpcChannel, Resources } from '@traffic-tacos/kit';
import { loadOrCreateQueueKeys, QueueTokens } from '@traffic-tacos/queue';
import {
  admissionRpcs, askInventoryClock, createTokenUses, FollowedClock, loadOrCreateTicketSigner, reconcileRpcs, ReservationEvents, tellGateway, tellPayment, TokenUseEvents,
} from '@traffic-tacos/reservation';
import { channelsOf } from './channels.ts';
import { grantedTo } from './granted-to.ts';
import { openGroundWithHistory, type OpenedGround } from './ground.ts';
import { listen } from './listen.ts';
import { createLookDesk } from './reconcile/look-desk.ts';
import { openApartReconciler } from './reconcile/open-apart-reconciler.ts';
import type { Start } from './started-service.ts';
import { startRelay } from './start-relay.ts';
import { reservationTables } from './tables.ts';
import { nobodyAdmitted, tokenAdmission } from './token-admission.ts';
import { toldThrough } from './told-through.ts';
import { wireReservation } from './wire.ts';

const CLOCK_TIMEOUT_MS = 1_000;
/** What is announced may lead to many changes of waiting rooms, in one call. */
const TELL_TIMEOUT_MS = 2_000;
/** Some dozens of records, of which each may have left memory. */
const RECORDS_TIMEOUT_MS = 2_000;
/** All holds of the inventory, beside traffic. */
const BOOKS_TIMEOUT_MS = 60_000;
/** How long a start waits for the inventory's first word before the ports listen without it. */
const WAIT_FOR_CLOCK_MS = 1_000;

/** The reservation service alone, with what it tells the gateway of. */
export const startReservation: Start = async (options, resources) => {
  const { limits, holdMs, extensionMaxMs, payment, queueKeysFile, dataDir } = options;
  const ground = await openGroundWithHistory(options, (history) => reservationTables(limits, history), resources);
  const { reservation: tables, positions } = ground.tables;
  const open = channelsOf(options, ground, { metrics: ground.metrics, resources, credentialFor: await grantedTo(options, ground, resources) });
  const { inventoryTimeoutMs } = options.channels;
  const to = (isBehind: boolean) => ({ inventory: open('inventory', inventoryTimeoutMs, { isBehind }), payment: open('payment', inventoryTimeoutMs, { isBehind }) });
  const channels = { ...to(false), behind: to(true) };
  const clock = new FollowedClock(ground.clock);
  const uses = createTokenUses(tables.tokenUses, ground.units, clock);
  const admission = queueKeysFile === undefined ? nobodyAdmitted : tokenAdmission(new QueueTokens(await loadOrCreateQueueKeys(queueKeysFile, ground.random)), uses);
  const settings = { limits, holdMs, extensionMaxMs, failedPaymentPolicy: payment.failedPolicy };
  const reservation = wireReservation(ground, clock, { tables, admission, tickets: await loadOrCreateTicketSigner(dataDir) }, channels, settings);
  resources.add({ name: 'holds by expiry', close: () => reservation.stop() });
  const behind = (target: 'gateway' | 'payment') => open(target, TELL_TIMEOUT_MS, { isBehind: true, errorMode: 'status' });
  const relay = startRelay(ground, { name: 'relay', position: positions.gateway, sources: [new ReservationEvents(), new TokenUseEvents()], publisher: tellGateway(behind('gateway')), metrics: ground.metrics }, resources);
  const toReceivers = startRelay(ground, { name: 'relay to receivers', position: positions.receivers, sources: [new ReservationEvents()], publisher: tellPayment(behind('payment')), metrics: undefined }, resources);
  const toRecords = (target: 'inventory' | 'payment', timeoutMs: number) => open(target, timeoutMs, { isBehind: true });
  const reconciler = openApartReconciler({
    ground, clock, tables, reservation, limits, failedPolicy: payment.failedPolicy, monotonicMs: ground.monotonicMs, timers: ground.timers, outboxAgeMs: () => Math.max(relay.oldestAgeMs, toReceivers.oldestAgeMs),
    channels: { inventory: toRecords('inventory', RECORDS_TIMEOUT_MS), payment: toRecords('payment', RECORDS_TIMEOUT_MS), books: toRecords('inventory', BOOKS_TIMEOUT_MS) },
  });
  resources.add({ name: 'reconciler', close: () => reconciler.stop() });
  // Nothing ends before the inventory has said what time it is, and nothing is said about what has ended.
  await firstAnswer(clock, open('inventory', CLOCK_TIMEOUT_MS, { isBehind: true, isAnonymous: true }), ground, resources, () => {
    reservation.start(ground.expiry);
    reconciler.start(ground.reconciling);
  });
  const desk = { uses, toldThroughMs: toldThrough(ground.journal, relay, clock), headroom: () => limits.reservationRows - tables.reservations.live };
  const { routes, rpcs, workerRpcs, maintenanceRpcs } = reservation;
  const served = { routes, rpcs: [...rpcs, ...workerRpcs, ...maintenanceRpcs, admissionRpcs(desk), reconcileRpcs(createLookDesk(reconciler, ground))] };
  const listening = await listen(served, options, { ...ground, clock: edgeClock(clock, ground.clock) }, resources);
  return { ...listening, routes, kept: { reservation: tables }, history: ground.history };
};

/**
 * Asks the inventory what its clock shows, and resolves when it has answered; or after a second without an answer, so that the ports listen and
 * readiness can say what is missing.
 */
async function firstAnswer(clock: FollowedClock, channel: GrpcChannel, { timers, health, logger }: OpenedGround, resources: Resources, onKnown: () => void): Promise<void> {
  health.setNotReady('inventory', 'has not said yet what its clock shows');
  const asked = askInventoryClock(channel, clock, timers, (err) => logger.error({ err }, 'the clock of the inventory could not be asked'));
  resources.add({ name: 'clock of the inventory', close: () => asked.stop() });
  const known = asked.known.then(() => {
    health.setReady('inventory');
    onKnown();
  });
  const { promise: waited, resolve } = Promise.withResolvers<void>();
  const callOff = timers.after(WAIT_FOR_CLOCK_MS, resolve);
  await Promise.race([known, waited]);
  callOff();
}

/** What answers say of the time besides decisions: this process's own clock serves where the inventory's is not known yet. */
const edgeClock = (clock: FollowedClock, own: Clock): Clock => ({ nowMs: () => (clock.isKnown ? clock.nowMs() : own.nowMs()), wallMs: () => own.wallMs() });
