import { join, resolve } from 'node:path';
import { auditApart } from '../beside/audit-apart.ts';
import { auditDirectory, type DirectoryAudit } from '../beside/audit-directory.ts';
import { findPlatform } from '../beside/find-platform.ts';
import { areServicesApart } from '../beside/refuse-layout.ts';
import type { Breach } from '@traffic-tacos/platform';
import { CommandFailed } from '../command-failed.ts';
import { limitsOf } from '../config/platform-options.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { counted, grouped, print, printJson } from '../terminal/say.ts';

/** More breaches than these are counted, not printed: the first ones tell what is wrong. */
const BREACHES_PRINTED = 100;
const WAITING_PRINTED = 3;

/** `tacos audit`: every invariant over everything in a data directory, or in the directories of services that run apart; exit code 1 when one does not hold. */
export async function audit({ json = false }: { readonly json?: boolean }): Promise<number> {
  const settings = settingsOfEnvironment();
  const { dataDir } = settings;
  const isApart = await areServicesApart(dataDir);
  const found = await findPlatform(isApart ? join(dataDir, 'gateway') : dataDir);
  const report = await (isApart ? auditApart : auditDirectory)(dataDir, limitsOf(settings), found.kind === 'running');
  if (report === undefined) throw new CommandFailed(`There is nothing to audit: ${resolve(dataDir)} holds no journal. TACOS_DATA_DIR names the directory.`);
  if (json) printJson(report);
  else print(auditText(report, resolve(dataDir)));
  return report.breaches.length === 0 ? 0 : 1;
}

function auditText({ breaches, waiting, counted: { holds, reservations, orders, intents }, records, lastSequence }: DirectoryAudit, directory: string): string {
  const read = `${directory}: ${counted(records, 'record')} through group ${grouped(lastSequence)}`;
  const looked = `${counted(holds, 'hold')}, ${counted(reservations, 'reservation')}, ${counted(orders, 'order')}, ${counted(intents, 'payment intent')}`;
  const open = waiting.length === 0 ? '' : `\nopen: ${counted(waiting.length, 'thing')} that may wait for what follows, ${describe(waiting)}`;
  if (breaches.length === 0) return `${read}\n${looked}${open}\ngreen: sold within capacity, no seat twice, nothing lost, every payment accounted for`;
  const lines = breaches.slice(0, BREACHES_PRINTED).map(({ invariant, subject, detail }) => `  ${invariant}  ${subject}  ${detail}`);
  const more = breaches.length > BREACHES_PRINTED ? [`  and ${grouped(breaches.length - BREACHES_PRINTED)} more`] : [];
  return [read, looked, `RED: ${counted(breaches.length, 'breach', 'breaches')}`, ...lines, ...more].join('\n');
}

/** The first few, by name. */
const describe = (waiting: readonly Breach[]): string => waiting.slice(0, WAITING_PRINTED).map(({ subject, detail }) => `${subject} (${detail})`).join(', ');
