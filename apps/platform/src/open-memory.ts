import type { HistorySource } from '@traffic-tacos/journal';
import { withPrefix } from '@traffic-tacos/kernel';
import type { Resources } from '@traffic-tacos/kit';
import { openWithHistory, openWithoutHistory, type OpenedTables, type OpenMachine, type OpenSettings } from './history/open-with-history.ts';
import { isLeftBehind } from './left-behind.ts';
import type { PlatformOptions } from './options.ts';
import { createPlatformTables, type PlatformTables } from './tables.ts';

/**
 * Journal, history, and the tables that both fill; on another disk than the machine's own everything stays in memory. What is open is closed
 * by `resources`.
 */
export async function openMemory(machine: OpenMachine, options: PlatformOptions, resources: Resources): Promise<OpenedTables<PlatformTables>> {
  const { limits } = options;
  if (options.machine?.disk !== undefined) return openWithoutHistory(machine, options, createPlatformTables(limits), resources);
  return openRemembering(machine, options, (history) => createPlatformTables(limits, history), resources);
}

/** Journal and history, of which memory lets go of nothing that somebody has still to look for there. */
export async function openRemembering(machine: OpenMachine, settings: OpenSettings, create: (history: HistorySource) => PlatformTables, resources: Resources): Promise<OpenedTables<PlatformTables>> {
  const opened = await openWithHistory(machine, settings, create, resources);
  const { payment, reservation } = opened.tables;
  // A payment of which something is still to follow stays where the reconciler looks.
  payment.intents.leaveOnly((intent) => !isLeftBehind(intent, reservation.orders.read(withPrefix('ord', intent.reservationId))));
  return opened;
}
