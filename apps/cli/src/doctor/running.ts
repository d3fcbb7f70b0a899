import { SERVICE_NAMES, VERSION, type PlatformFile } from '@traffic-tacos/platform';
import type { Case } from './case.ts';
import { met, ok, unknown, type Finding } from './finding.ts';
import { askReadiness, askWhatRuns, type PlatformLook, type Readiness, type Running } from './what-runs.ts';

/** Beyond this the two clocks disagree on when a sale opens. */
const CLOCK_OFFSET_MS = 1_000;

/** A platform that was asked what it is, where one runs. */
export interface Asked {
  readonly platform: PlatformLook;
  readonly answer: Running | undefined;
  readonly services: readonly { readonly service: string; readonly at: string; readonly readiness: Readiness }[];
}

export async function askPlatform({ wallMs }: Case, platform: PlatformLook): Promise<Asked> {
  if (platform.kind !== 'running') return { platform, answer: undefined, services: [] };
  const { addresses } = platform.file;
  const asked = SERVICE_NAMES.map(async (service) => ({ service, at: addresses[service], readiness: await askReadiness(addresses[service]) }));
  const [answer, ...services] = await Promise.all([askWhatRuns(addresses.gateway, wallMs), ...asked]);
  return { platform, answer, services };
}

/** What the data directory says of its platform, and what answers at the addresses that it names. */
export function checkPlatform(found: Case, { platform, ...asked }: Asked): readonly Finding[] {
  switch (platform.kind) {
    case 'none':
      return [unknown('platform', 'none runs in this data directory')];
    case 'left': {
      const { pid, startedAt } = platform.file;
      return [met('platform_left', `process ${pid}, started at ${startedAt}, ended without saying so`, 'Nothing to do: the next start recovers by itself')];
    }
    case 'running':
      return findingsOfRunning(found, platform.file, asked);
  }
}

function findingsOfRunning(found: Case, { pid, addresses, startedAt }: PlatformFile, { answer, services }: Omit<Asked, 'platform'>): readonly Finding[] {
  const again = `kill ${pid} (after 20 s: kill -9 ${pid}), then ${found.asTyped('npm start')}`;
  const silent = services.filter(({ readiness }) => readiness.kind === 'silent');
  if (silent.length > 0 || answer === undefined) {
    const where = silent.map(({ service, at }) => `${service} at ${at}`).join(', ');
    const says = `process ${pid} runs and does not answer: ${where === '' ? `gateway at ${addresses.gateway}` : where}`;
    return [met('platform_silent', says, `Its log says why. Nothing acknowledged is lost by: ${again}`)];
  }
  const reasons = new Set(services.flatMap(({ service, readiness }) => (readiness.kind === 'not_ready' ? readiness.reasons.map((reason) => `${service} is not ready: ${reason}`) : [])));
  if (reasons.size === 0) return [ok('platform', `process ${pid} answers at ${addresses.gateway} since ${startedAt}`)];
  return [...reasons].map((says) => met('platform_not_ready', says, `Mend what it names; if it stays so: ${again}`));
}

/** Whether what runs is what this checkout would start. */
export function checkVersion(found: Case, { platform, answer }: Asked): Finding {
  if (answer === undefined || platform.kind !== 'running') return unknown('version', `${VERSION} is checked out; nothing runs to compare it with`);
  if (answer.version === VERSION) return ok('version', `${VERSION} runs, and is checked out`);
  return met('version_differs', `${answer.version} runs, and ${VERSION} is checked out`, `kill ${platform.file.pid}, then ${found.asTyped('npm start')}`);
}

/** The clock that decides holds, and the newest recorded instants, against the wall clock that opens sales and ends tokens. */
export function checkClock({ wallMs, asTyped }: Case, { answer }: Asked, recordedMs: readonly number[]): Finding {
  const offsetMs = answer === undefined ? 0 : Math.round(answer.serverMs - answer.wallMs);
  if (Math.abs(offsetMs) > CLOCK_OFFSET_MS) {
    const says = `the clock that decides is ${Math.abs(offsetMs)} ms ${offsetMs > 0 ? 'ahead of' : 'behind'} the wall clock: the machine's time was set while it ran`;
    return met('clock_off', says, `timedatectl set-ntp true, then in a quiet minute stop the platform and ${asTyped('npm start')}`);
  }
  const behindMs = Math.max(0, ...recordedMs) - wallMs();
  if (behindMs > CLOCK_OFFSET_MS) {
    const says = `the wall clock says ${new Date(wallMs()).toISOString()}, ${Math.round(behindMs)} ms before the last recorded group`;
    return met('clock_behind', says, `date shows it, timedatectl set-ntp true sets it: before ${asTyped('npm start')}, or tokens and sale windows go wrong`);
  }
  if (answer === undefined && recordedMs.length === 0) return unknown('clock', 'nothing runs and nothing is recorded to compare it with');
  return ok('clock', answer === undefined ? 'the wall clock is not behind what is recorded' : `the clock that decides and the wall clock differ by ${Math.abs(offsetMs)} ms`);
}
