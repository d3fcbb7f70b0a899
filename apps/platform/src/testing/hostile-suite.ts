import { test } from 'node:test';
import { createErrorRegistry, ERROR_TABLE } from '@traffic-tacos/kit';
import { fuzzServer } from '@traffic-tacos/kit/testing';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { SERVICE_NAMES } from '../options.ts';
import type { OpenLayout } from './api-under-test.ts';

const registry = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);

/** Requests that nobody would send by mistake, in whichever layout the platform runs: so many at each port. */
export function hostileSuite(layout: string, open: OpenLayout, runs: number): void {
  for (const service of SERVICE_NAMES) {
    test(`${layout}: arbitrary requests at every route of the ${service} get no 5xx, and every refusal has the one shape`, () =>
      open(async (on) => {
        await on.event('evt_1', 5);
        const tokens = await Promise.all((['user', 'organizer', 'admin'] as const).map((role) => on.bearer(`fuzz-${role}`, role)));
        const port = Number(new URL(on.addresses[service]).port);
        await fuzzServer({ port }, on.routes[service], tokens, { runs, registry });
      }));
  }
}
