import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { startPlatform } from '../platform.ts';
import { testOptions } from './test-platform.ts';

/** A platform in a process of its own, to be killed: `child-platform.ts DATA_DIR GATEWAY_PORT`. Prints its addresses once it is ready, and what it has worked for that. */
const [dataDir = '', gatewayPort = '0'] = process.argv.slice(2);
const ports = { gateway: Number(gatewayPort), reservation: 0, inventory: 0, payment: 0, worker: 0 };
/** What has ended leaves memory at once, so that crashes meet it on its way. */
const limits = { ...DEFAULT_LIMITS, historyGraceMs: 1 };
const platform = await startPlatform(testOptions(dataDir, { ports, limits, onFailed: () => process.exit(1) }));
const { user, system } = process.cpuUsage();
process.stdout.write(`${JSON.stringify({ addresses: platform.addresses, readyCpuMs: (user + system) / 1_000 })}\n`);
