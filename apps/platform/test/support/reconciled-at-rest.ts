import type { ReconciledLayout } from '@traffic-tacos/platform/testing';
import { servicesAtRest, type ServicesAtRest } from './services-at-rest.ts';

/** Services at rest over one journal, as the tests of reconcilers know them. */
export interface ReconciledAtRest extends ReconciledLayout {
  readonly services: ServicesAtRest;
}

export async function reconciledAtRest(...wishes: Parameters<typeof servicesAtRest>): Promise<ReconciledAtRest> {
  const services = await servicesAtRest(...wishes);
  const { tables, units, clock, inventory, reservation, payment, advance } = services;
  return {
    services, tables, clock, inventory, reservation, payment, advance, units: { inventory: units, reservation: units, payment: units },
    reconcile: () => services.reconciler.run(), close: () => Promise.resolve(),
  };
}
