import { keepGarbageYoung, reopenOnHangup, stopOnSignal } from '@traffic-tacos/kit';
import { refuseForeign, type ServiceName } from '@traffic-tacos/platform';
import { serviceOptions } from './config/options.ts';
import { settingsOf } from './config/settings.ts';
import { startService } from './start-service.ts';
import type { RunningService } from './started-service.ts';
import { STOP_WITH_INPUT } from './stop-with-input.ts';

const STOP_WITHIN_MS = 15_000;
/** What waits for an answer when the journal fails gets one; then the process must be gone within 5 s. */
const LAST_ANSWERS_MS = 1_000;
const WRONG_USAGE = 2;

/**
 * Runs one service in this process until a signal stops it: settings from the environment, one line of JSON with its addresses on standard
 * output when it is open, everything else on standard error. Exit codes: 0 stopped, 1 failed, 2 wrong settings.
 */
export async function main(name: ServiceName): Promise<void> {
  keepGarbageYoung();
  const parsed = settingsOf(name);
  if (parsed.kind === 'refused') return refuse(parsed.problems);
  const { settings } = parsed;
  try {
    // Before the log, which may stand in the directory.
    await refuseForeign(settings.dataDir, Object.values(settings).filter((value) => typeof value === 'string'));
    const outcome = serviceOptions(name, settings, endAfterFailure);
    if (outcome.kind === 'refused') return refuse(outcome.problems);
    const running = await startService(outcome.options);
    stopOnSignal(process, () => stop(running));
    if (settings.logFile !== undefined) reopenOnHangup(process, outcome.options.logger);
    if (process.argv.includes(STOP_WITH_INPUT)) process.stdin.resume().once('end', () => process.kill(process.pid, 'SIGTERM'));
    process.stdout.write(`${JSON.stringify({ service: name, url: running.url, grpcAddress: running.grpcAddress })}\n`);
  } catch (error) {
    end(1, `${name} cannot start: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  }
}

async function stop(running: RunningService): Promise<number> {
  const closed = await running.stop(STOP_WITHIN_MS);
  return closed.every(({ kind }) => kind === 'closed') ? 0 : 1;
}

function endAfterFailure(cause: Error): void {
  process.stderr.write(`This service ends, because it cannot be sure what is on disk: ${cause.message}\n`);
  setTimeout(() => process.exit(1), LAST_ANSWERS_MS);
}

const refuse = (problems: readonly string[]): void => end(WRONG_USAGE, ['The settings are not right:', ...problems.map((problem) => `  ${problem}`)].join('\n'));

function end(code: number, message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = code;
}
