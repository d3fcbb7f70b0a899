import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@traffic-tacos/platform';

export { STOP_WITH_INPUT } from './stop-with-input.ts';

const PROGRAMS: Readonly<Record<ServiceName, string>> = {
  inventory: './inventory.ts', reservation: './reservation.ts', payment: './payment.ts', gateway: './gateway.ts', worker: './worker.ts',
};

/** The program that runs the service in a process of its own. */
export const serviceProgram = (name: ServiceName): string => fileURLToPath(new URL(PROGRAMS[name], import.meta.url));
