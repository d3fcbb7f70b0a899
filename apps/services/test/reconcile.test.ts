import { RECONCILED_EVENTS, reconcileSuite } from '@traffic-tacos/platform/testing';
import { layoutOf } from './support/reconciled-apart.ts';
import { wireServices } from './support/wired-services.ts';

reconcileSuite('services apart', async ({ failedPolicy }) => layoutOf(await wireServices({ events: RECONCILED_EVENTS, failedPolicy })));
