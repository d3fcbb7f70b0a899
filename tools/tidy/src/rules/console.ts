import { banned } from '../banned.ts';
import { both, either, isPackage, isService, isTest, not } from '../places.ts';

/** Packages and services talk through the logger, which masks what must not be printed. */
export const consoleCalls = banned({
  name: 'console',
  where: both(either(isPackage, isService), not(isTest)),
  members: ['log', 'info', 'warn', 'error', 'debug', 'trace', 'table', 'dir']
    .map((method) => `console.${method}`)
    .concat('process.stdout', 'process.stderr'),
  instead: 'write to the Logger that was handed in (packages/kit)',
});
