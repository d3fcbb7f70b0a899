import { parsePlatformSettings } from '@traffic-tacos/kit';
import { SERVICE_NAMES } from '@traffic-tacos/platform';
import { serviceOptions } from '../../src/config/options.ts';
import { startService } from '../../src/start-service.ts';

/** One service as its own program runs it, but that keeps nothing in memory that has ended: `short-memory.ts <service>`. It ends when it is killed. */
const name = SERVICE_NAMES.find((known) => known === process.argv[2]) ?? 'gateway';
const parsed = parsePlatformSettings(process.env, name);
const outcome = parsed.kind === 'parsed' ? serviceOptions(name, parsed.settings, () => process.exit(1)) : parsed;
if (outcome.kind === 'refused') {
  process.stderr.write(`${outcome.problems.join('\n')}\n`);
  process.exitCode = 2;
} else {
  const { url } = await startService({ ...outcome.options, limits: { ...outcome.options.limits, historyGraceMs: 1 } });
  process.stdout.write(`${JSON.stringify({ service: name, url })}\n`);
}
