import { test } from 'node:test';
import { createErrorRegistry, ERROR_TABLE } from '@traffic-tacos/kit';
import { fuzzServer } from '@traffic-tacos/kit/testing';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { SERVICE_NAMES } from '@traffic-tacos/platform';
import { privacySuite, withPlatform } from '@traffic-tacos/platform/testing';

/** Requests to each port; FUZZ_RUNS for a longer run. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 400);
const registry = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);

for (const service of SERVICE_NAMES) {
  test(`arbitrary requests at every route of the ${service} get no 5xx, and every refusal has the one shape`, () =>
    withPlatform(async (on) => {
      await on.event('evt_1', 5);
      const tokens = await Promise.all(
        (['user', 'organizer', 'admin'] as const).map(async (role) => {
          const outcome = await on.platform.signToken({ userId: `fuzz-${role}`, role, ttlSeconds: 600 });
          return `Bearer ${outcome.kind === 'signed' ? outcome.token : ''}`;
        }),
      );
      const port = Number(new URL(on.platform.addresses[service]).port);
      await fuzzServer({ port }, on.platform.routes[service], tokens, { runs: RUNS, registry });
    }));
}

privacySuite('one process', withPlatform);
