import { stopOnSignal } from '@traffic-tacos/kit';
import { startPlatform } from '@traffic-tacos/platform';
import { platformOptions, settingsFrom } from '../options-from-env.ts';

const STOP_WITHIN_MS = 15_000;
const LAST_ANSWERS_MS = 1_000;

/** Runs the platform until a signal stops it. */
export async function up(): Promise<void> {
  const settings = settingsFrom(process.env);
  const options = platformOptions(settings, () => setTimeout(() => process.exit(1), LAST_ANSWERS_MS));
  const platform = await startPlatform(options);
  stopOnSignal(process, async () => {
    await platform.stop(STOP_WITHIN_MS);
    return 0;
  });
  process.stderr.write(`ready: ${platform.addresses.gateway}\n`);
}
