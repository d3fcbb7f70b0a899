import type { ReconciledLayout } from '@traffic-tacos/platform/testing';
import type { WiredServices } from './wired-services.ts';

/** Services apart as the suite of reconcilers knows them. */
export function layoutOf(wired: WiredServices): ReconciledLayout {
  const { inventory, reservation, payment, tables, units, ground, reconciler } = wired;
  return {
    inventory, reservation, payment: payment.payment, tables, units, clock: ground.clock,
    advance: (ms) => wired.advance(ms), reconcile: () => reconciler.run(), close: () => wired.close(),
  };
}
