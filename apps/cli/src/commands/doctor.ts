import type { PlatformSettings } from '@traffic-tacos/kit';
import { findPlatform } from '../beside/find-platform.ts';
import { contradictionsIn } from '../config/platform-options.ts';
import { readSettings } from '../config/settings.ts';
import { checkJournal, checkKeys } from '../doctor/directory.ts';
import { ok, problem, type Finding } from '../doctor/finding.ts';
import { checkDirectory, checkNode, checkSpace } from '../doctor/machine.ts';
import { lookAtPorts } from '../doctor/ports.ts';
import { checkClock, checkPlatform, checkPorts, checkVersion } from '../doctor/running.ts';
import { askWhatRuns } from '../doctor/what-runs.ts';
import { print, printJson } from '../terminal/say.ts';

/** `tacos doctor`: a line for each thing that can be wrong; exit code 1 when one is. */
export async function doctor({ json = false }: { readonly json?: boolean }): Promise<number> {
  const findings = [await checkNode(), ...(await checkSettings())];
  if (json) printJson(findings);
  else print(findings.map(lineOf).join('\n'));
  return findings.some(({ kind }) => kind === 'problem') ? 1 : 0;
}

/** Without settings nothing else can be looked at: they say where it is. */
async function checkSettings(): Promise<readonly Finding[]> {
  const parsed = readSettings();
  const mend = 'npx tacos up --help lists every setting with what it takes.';
  if (parsed.kind === 'refused') return parsed.problems.map((says) => problem('settings', says, mend));
  const contradictions = contradictionsIn(parsed.settings);
  if (contradictions.length > 0) return contradictions.map((says) => problem('settings', says, mend));
  return [ok('settings', 'all are valid'), ...(await checkPlace(parsed.settings))];
}

/** Where the directory cannot be used, what should lie in it cannot be judged: that is mended first. */
async function checkPlace(settings: PlatformSettings): Promise<readonly Finding[]> {
  const { dataDir } = settings;
  const directory = await checkDirectory(dataDir);
  if (directory.kind === 'problem') return [directory];
  const found = await findPlatform(dataDir);
  const running = found.kind === 'running' ? await askWhatRuns(found.file.addresses.gateway) : undefined;
  return [
    directory,
    await checkSpace(dataDir),
    await checkJournal(dataDir),
    await checkKeys(dataDir),
    checkPlatform(found, running),
    ...checkPorts(await lookAtPorts(settings)),
    checkVersion(running),
    checkClock(running),
  ];
}

const MARKS = { ok: 'ok     ', problem: 'PROBLEM', unknown: '-      ' } as const;

function lineOf({ check, kind, says, mend }: Finding): string {
  return `${MARKS[kind]}  ${check.padEnd(9)}  ${says.replaceAll('\n', ' ')}${mend === undefined ? '' : ` → ${mend}`}`;
}
