import { dirname, isAbsolute, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { signingKeyPath } from '@traffic-tacos/gateway';
import type { CutPoint } from '@traffic-tacos/journal';
import { keepGarbageYoung, PLATFORM_SETTINGS, reopenOnHangup, settingsHelp, stopOnSignal, type ClosedResource, type Logger, type PlatformSettings } from '@traffic-tacos/kit';
import { startPlatform, type Platform } from '@traffic-tacos/platform';
import { refuseToRunTogether } from '../beside/refuse-layout.ts';
import { refuseStart } from '../beside/refuse-start.ts';
import { sampleEvents } from '../catalogue/sample-events.ts';
import { asTyped, shellWord } from '../config/as-typed.ts';
import { platformOptions, TOKEN_TTL_SECONDS } from '../config/platform-options.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { firstSteps } from '../first-steps/first-steps.ts';
import { pickSeats } from '../first-steps/pick-seats.ts';
import { ownSeatMaps } from '../first-steps/seat-maps.ts';
import { welcome } from '../first-steps/welcome.ts';
import { giveBackMemory } from '../give-back-memory.ts';
import { reachable } from '../http/reachable.ts';
import { flushWithin, leave } from '../leave.ts';
import { counted, elapsed, print, say } from '../terminal/say.ts';
import { WrongUsage } from '../wrong-usage.ts';

const STOP_WITHIN_MS = 15_000;
/** What waits for an answer when the journal fails gets one; then the process must be gone within 5 s. */
const LAST_ANSWERS_MS = 1_000;
const LAST_LINES_MS = 1_000;

export interface UpOptions {
  readonly sample?: boolean;
  readonly cut?: string;
  readonly help?: boolean;
}

/** `tacos up`: runs the platform until a signal stops it, which is how this process ends. */
export async function up({ sample = false, cut, help = false }: UpOptions, usage: string): Promise<number> {
  if (help) {
    print(`${usage}\nSettings, from the environment:\n${settingsHelp(PLATFORM_SETTINGS)}`);
    return 0;
  }
  keepGarbageYoung();
  const given = settingsOfEnvironment();
  await refuseToRunTogether(given.dataDir);
  await refuseStart(given);
  const settings = withLogFile(given);
  const options = platformOptions(settings, endAfterFailure);
  const platform = await startPlatform(cut === undefined ? options : { ...options, cut: cutPoint(cut) });
  stopOnSignal({ on: process.on.bind(process), off: process.off.bind(process), exit: leave }, () => stop(platform, options.logger));
  if (given.logFile !== undefined) reopenOnHangup(process, options.logger);
  if (cut !== undefined) say(`Cut at ${cut}. What came after it is kept beside the journal, in files named aside-…, and counts no more. · 손상 지점 이후를 잘라냈습니다.`);
  if (platform.keysAreReplaced) say(keysReplaced(settings.dataDir));
  try {
    if (sample) await importSample(platform);
    print(await welcomePage(platform, settings));
    giveBackMemory();
  } catch (error) {
    await platform.stop(STOP_WITHIN_MS);
    throw error;
  }
  return new Promise<never>(() => undefined);
}

/** People who are signed out should not have to find out by themselves why. */
function keysReplaced(dataDir: string): string {
  const folder = shellWord(dirname(resolve(signingKeyPath(dataDir))));
  return [
    `\nWARNING: ${folder} was missing beside a journal, and new keys were made. Every token signed before is void: all people sign in again.`,
    '경고: 저널은 있는데 키가 없어 새 키를 만들었습니다. 이전에 서명된 토큰은 모두 무효이므로 모두 다시 로그인해야 합니다.',
    `Was that not meant? Stop, bring them back from a backup (rm -r ${folder} && cp -a BACKUP/keys ${folder}), and start again: ${asTyped('npm start')}\n`,
  ].join('\n');
}

/** On a terminal, log lines would run through what is written there for people: they go to a file beside the data. */
function withLogFile(settings: PlatformSettings): PlatformSettings {
  if (settings.logFile !== undefined || !process.stderr.isTTY) return settings;
  return { ...settings, logFile: join(settings.dataDir, 'platform.log') };
}

function cutPoint(given: string): CutPoint {
  const [, file, position] = /^([^:/\\]+):(\d{1,15})$/.exec(given) ?? [];
  if (file === undefined || isAbsolute(file)) throw new WrongUsage(`--cut takes FILE:POS as the message about the damage names it, not ${given}`);
  return { file, position: Number(position) };
}

async function importSample(platform: Platform): Promise<void> {
  if (platform.catalogue.events({ after: undefined, limit: 1, all: true }).events.length > 0) return;
  const events = await sampleEvents();
  for (const event of events) await platform.putEvent(event);
  say(`Imported ${counted(events.length, 'sample event')}: ${events.map(({ id }) => id).join(', ')}`);
}

async function welcomePage(platform: Platform, settings: PlatformSettings): Promise<string> {
  const userId = `guest-${platform.nowMs().toString(36)}`;
  const signed = await platform.signToken({ userId, role: 'user', ttlSeconds: TOKEN_TTL_SECONDS });
  const seats = await pickSeats(ownSeatMaps(platform.catalogue));
  const token = signed.kind === 'signed' ? signed.token : '';
  const gatewayUrl = platform.addresses.gateway.replace(settings.bindAddress, reachable(settings.bindAddress));
  const steps = seats === undefined ? [] : firstSteps({ gatewayUrl, token, seats, approveDelayMs: settings.paymentApproveDelayMs });
  return welcome({ platform, dataDir: settings.dataDir, logFile: settings.logFile, tookMs: performance.now(), steps, userId });
}

async function stop(platform: Platform, logger: Logger): Promise<number> {
  say('\nStopping: answering what has been asked, then closing. · 종료하는 중입니다.');
  const startedMs = performance.now();
  const closed = await platform.stop(STOP_WITHIN_MS);
  await flushWithin(logger, LAST_LINES_MS);
  const bad = closed.filter((resource) => resource.kind !== 'closed');
  for (const resource of bad) say(describeUnclosed(resource));
  if (bad.length === 0) say(`Stopped in ${elapsed(performance.now() - startedMs)}; everything is on disk. · 모두 저장되었습니다.`);
  return bad.length === 0 ? 0 : 1;
}

function describeUnclosed(resource: ClosedResource): string {
  if (resource.kind === 'failed') return `${resource.name} did not close: ${resource.error instanceof Error ? resource.error.message : String(resource.error)}`;
  return `${resource.name} had not closed after ${elapsed(STOP_WITHIN_MS)}`;
}

/** Memory may be ahead of the disk: nothing more is served, and the next start begins from what the disk has. */
function endAfterFailure(cause: Error): void {
  say(`\nThe platform ends, because it cannot be sure what is on disk: ${cause.message}`);
  say(`What was acknowledged is safe. ${asTyped('npx tacos doctor')} looks for the reason; then start it again. · 응답한 것은 안전합니다.`);
  setTimeout(() => leave(1), LAST_ANSWERS_MS);
}
