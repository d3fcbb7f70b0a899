import { join } from 'node:path';
import { asTyped } from '../config/as-typed.ts';
import { contradictionsIn } from '../config/platform-options.ts';
import { almostSettings } from '../config/almost-settings.ts';
import { readSettings, type Environment } from '../config/settings.ts';
import type { Case } from './case.ts';
import { checkDirectory } from './directory.ts';
import { met, ok, type Finding } from './finding.ts';
import { checkJournal } from './journal.ts';
import { checkKeys } from './keys.ts';
import { checkLayout } from './layout.ts';
import { checkDescriptors, checkLogFile, checkNode, checkSpace } from './machine.ts';
import { checkPackages } from './packages.ts';
import { placesOf } from './places.ts';
import { findingsOfPorts, lookAtPorts } from './ports.ts';
import { askPlatform, checkClock, checkPlatform, checkVersion } from './running.ts';
import { checkSecrets } from './secrets.ts';
import { checkTls } from './tls.ts';
import { lookAtPlatform } from './what-runs.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

/** What an examination may be told otherwise than the machine says it. */
export interface ExamineOptions {
  readonly root?: string;
  readonly nodeVersion?: string;
  readonly wallMs?: () => number;
}

/** Looks for every mishap there is, in the order of the table, and changes nothing. */
export async function examine(env: Environment, { root = ROOT, nodeVersion, wallMs = Date.now }: ExamineOptions = {}): Promise<readonly Finding[]> {
  const machine = [await checkNode(root, nodeVersion), await checkPackages(root)];
  const parsed = readSettings(env);
  if (parsed.kind === 'refused') return [...machine, ...parsed.problems.map(settingWrong), ...misspelt(env)];
  const { settings } = parsed;
  const found = { settings, root, wallMs, asTyped: (command: string) => asTyped(command, env['TACOS_DATA_DIR']) };
  const wrong = [...contradictionsIn(settings).map(settingsContradict), ...misspelt(env)];
  const ofSettings = wrong.length > 0 ? wrong : [ok('settings', 'all are valid')];
  return [...machine, ...ofSettings, ...(await checkLogFile(settings)), ...checkTls(found), ...(await checkPlaces(found))];
}

const settingWrong = (says: string): Finding => met('setting_wrong', says, 'Correct that variable; npx tacos up --help lists every setting with what it takes.');
const settingsContradict = (says: string): Finding => met('settings_contradict', says, 'Change one of the two; npx tacos up --help says what each does.');

const misspelt = (env: Environment): readonly Finding[] =>
  almostSettings(env).map(({ given, meant }) => met('setting_unknown', `${given} is set and has no effect: the setting is called ${meant}`, `Set ${meant} in its place, or: unset ${given}`));

/** Where a directory cannot be used, or somebody is at work in it, what lies in it cannot be judged: that is mended first. */
async function checkPlaces(found: Case): Promise<readonly Finding[]> {
  const { dataDir } = found.settings;
  const places = await placesOf(dataDir);
  const findings: Finding[] = [];
  const platform = await lookAtPlatform(places.find(({ isGateway }) => isGateway)?.dataDir ?? dataDir);
  for (const place of places) {
    const directory = await checkDirectory(found, place, platform);
    findings.push(directory);
    if (directory.kind === 'problem') return findings;
  }
  findings.push(...(await checkLayout(found)), await checkSpace(dataDir), await checkDescriptors(found.settings, platform), ...(await checkSecrets(found, places)));
  const recordedMs: number[] = [];
  for (const place of places) {
    const journal = await checkJournal(found, place);
    // A copy brings the keys last: where it was cut off, nothing can be said of them.
    const isWhole = !journal.findings.some(({ mishap }) => mishap === 'copy_unfinished');
    findings.push(...journal.findings, ...(place.isGateway && isWhole ? await checkKeys(found, place) : []));
    if (journal.lastWallMs !== undefined) recordedMs.push(journal.lastWallMs);
  }
  const asked = await askPlatform(found, platform);
  const ports = findingsOfPorts(await lookAtPorts(found.settings, platform));
  return [...findings, ...checkPlatform(found, asked), ...ports, checkVersion(found, asked), checkClock(found, asked, recordedMs)];
}
