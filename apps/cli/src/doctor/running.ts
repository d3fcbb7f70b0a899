import { VERSION, type PlatformFile } from '@traffic-tacos/platform';
import type { FoundPlatform } from '../beside/find-platform.ts';
import { ok, problem, unknown, type Finding } from './finding.ts';
import { describePorts, type PortLook } from './ports.ts';
import type { Running } from './what-runs.ts';

/** Beyond this the two clocks disagree on when a sale opens. */
const CLOCK_OFFSET_MS = 1_000;

/** What the data directory says of its platform, and what answers at the address that it names. */
export function checkPlatform(found: FoundPlatform, running: Running | undefined): Finding {
  switch (found.kind) {
    case 'none':
      return unknown('platform', 'none runs in this data directory');
    case 'left':
      return ok('platform', `process ${found.file.pid} ended without saying so, at a crash or a power cut; the next start recovers by itself`);
    case 'running':
      return runningFinding(found.file, running);
  }
}

function runningFinding({ pid, addresses, startedAt }: PlatformFile, running: Running | undefined): Finding {
  if (running !== undefined) return ok('platform', `process ${pid} answers at ${addresses.gateway} since ${startedAt}`);
  const mend = `Is ${pid} another program by now? Then start the platform again; else stop that process first.`;
  return problem('platform', `process ${pid} should answer at ${addresses.gateway}, and nothing does`, mend);
}

/** Whether what runs is what this checkout would start. */
export function checkVersion(running: Running | undefined): Finding {
  if (running === undefined) return unknown('version', `${VERSION} is checked out; nothing runs to compare it with`);
  if (running.version === VERSION) return ok('version', `${VERSION} runs, and is checked out`);
  return problem('version', `${running.version} runs, and ${VERSION} is checked out`, 'Stop the platform and start it again with npm start.');
}

/** The clock that decides holds against the wall clock that opens sales and ends tokens. */
export function checkClock(running: Running | undefined): Finding {
  if (running === undefined) return unknown('clock', 'nothing runs to compare it with');
  const offsetMs = Math.round(running.serverMs - running.wallMs);
  if (Math.abs(offsetMs) <= CLOCK_OFFSET_MS) return ok('clock', `the clock that decides and the wall clock differ by ${Math.abs(offsetMs)} ms`);
  return problem(
    'clock',
    `the clock that decides is ${Math.abs(offsetMs)} ms ${offsetMs > 0 ? 'ahead of' : 'behind'} the wall clock: the machine's time was set while it ran`,
    'Let NTP keep the time (timedatectl set-ntp true), then start the platform again in a quiet minute.',
  );
}

export function checkPorts(ports: readonly PortLook[]): readonly Finding[] {
  const taken = describePorts(ports);
  if (taken.length > 0) return taken.map((says) => problem('ports', says, 'Stop that program, or move the port with its setting.'));
  const ours = ports.filter(({ state }) => state.kind === 'ours').length;
  if (ours === ports.length) return [ok('ports', 'all are held by this platform')];
  const free = ports.filter(({ state, port }) => state.kind === 'free' && port !== 0).map(({ port }) => port);
  return [ok('ports', free.length === 0 ? 'any free ones are taken' : `${free.join(', ')} are free`)];
}
