import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { startPlatform } from '../platform.ts';
import { testOptions } from './test-platform.ts';

/** A platform in a process of its own, to be killed: `child-platform.ts DATA_DIR`. Prints its addresses once it is ready, and what it has worked for that. */
const [dataDir = ''] = process.argv.slice(2);
// Whoever started it is gone: nobody is left to end it.
process.stdin.resume().on('close', () => process.exit(1));
/** What has ended leaves memory at once, so that crashes meet it on its way. */
const limits = { ...DEFAULT_LIMITS, historyGraceMs: 1 };
const platform = await startPlatform(testOptions(dataDir, { limits, onFailed: () => process.exit(1) }));
const { user, system } = process.cpuUsage();
process.stdout.write(`${JSON.stringify({ addresses: platform.addresses, readyCpuMs: (user + system) / 1_000 })}\n`);
