import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { createErrorRegistry, ERROR_TABLE } from '@traffic-tacos/kit';
import { fuzzServer } from '@traffic-tacos/kit/testing';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { SERVICE_NAMES } from '../options.ts';
import type { OpenLayout } from './api-under-test.ts';

const LONGEST_ID = DEFAULT_LIMITS.idChars;
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
  test(`${layout}: an id that nothing can have is of nothing, at every route of the gateway`, () =>
    open(async (on) => {
      const admin = await on.bearer('fuzz-admin', 'admin');
      for (const { method, path, access } of on.routes.gateway.filter((route) => route.path.includes(':id'))) {
        // Without anything behind it, an empty id is the path of the list.
        for (const id of ['x'.repeat(LONGEST_ID + 1), ...(path.endsWith(':id') ? [] : [''])]) {
          const asked = path.replace(':id', id);
          const { status } = await fetch(`${on.addresses.gateway}${asked}`, {
            method, headers: { authorization: admin, 'idempotency-key': 'k', 'content-type': 'application/json' }, ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }),
          });
          assert.ok(access === 'anyone' ? status === 404 : status >= 400 && status < 500, `${method} ${asked}: ${status}`);
        }
      }
    }));
}
