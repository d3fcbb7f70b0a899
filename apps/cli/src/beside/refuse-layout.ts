import { dirname, join, resolve } from 'node:path';
import { layoutOf, type Layout } from '@traffic-tacos/platform';
import { CommandFailed } from '../command-failed.ts';
import { asTyped } from '../config/as-typed.ts';

/** A directory in which services work apart, each with a journal of its own: nothing that takes all of it from one journal can use it. */
const apart = (layout: Layout): boolean => layout.kind === 'service' || layout.kind === 'separate';

/** Refuses to run all services on one journal where they have one each, which would be a start with nothing. */
export async function refuseToRunTogether(dataDir: string): Promise<void> {
  const layout = await layoutOf(dataDir);
  if (!apart(layout)) return;
  const parent = layout.kind === 'service' ? dirname(resolve(dataDir)) : resolve(dataDir);
  throw new CommandFailed(`${whatItIs(dataDir, layout)}, and tacos up would start beside it with nothing. Start them as they were: ${asTyped('npx tacos up --separate', parent)}`);
}

/** Refuses to run services apart where all of them have one journal. */
export async function refuseToRunApart(dataDir: string): Promise<void> {
  const layout = await layoutOf(dataDir);
  if (layout.kind === 'service') throw new CommandFailed(`${whatItIs(dataDir, layout)}: ${asTyped('npx tacos up --separate', dirname(resolve(dataDir)))}`);
  if (layout.kind !== 'together') return;
  throw new CommandFailed(`${resolve(dataDir)} holds one journal of all services, and tacos up --separate would start beside it with nothing. Start it as it was: ${asTyped('npx tacos up')}`);
}

/** Whether the directory has one for each service, to be audited as one. Refuses what is only a part: each invariant is about what several services have written. */
export async function areServicesApart(dataDir: string): Promise<boolean> {
  const layout = await layoutOf(dataDir);
  if (layout.kind !== 'service') return layout.kind === 'separate';
  throw new CommandFailed(`${whatItIs(dataDir, layout)}, and an audit needs what all of them have written: ${asTyped('npx tacos audit', dirname(resolve(dataDir)))}`);
}

/** Where the gateway says how it is reached, and has its keys: in its own directory, where services have one each. */
export async function gatewayDirectory(dataDir: string): Promise<string> {
  const layout = await layoutOf(dataDir);
  if (layout.kind === 'separate') return join(dataDir, 'gateway');
  return layout.kind === 'service' && layout.service !== 'gateway' ? join(dirname(resolve(dataDir)), 'gateway') : dataDir;
}

/** Where the orders stand: the reservation service has them, where services have a directory each. */
export async function ordersDirectory(dataDir: string): Promise<string> {
  const layout = await layoutOf(dataDir);
  if (layout.kind === 'separate') return join(dataDir, 'reservation');
  return layout.kind === 'service' && layout.service !== 'reservation' ? join(dirname(resolve(dataDir)), 'reservation') : dataDir;
}

const whatItIs = (dataDir: string, layout: Layout): string =>
  layout.kind === 'service' ? `${resolve(dataDir)} is the directory of the ${layout.service} service alone` : `${resolve(dataDir)} has a directory for each service`;
