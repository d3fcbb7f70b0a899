import { resolve } from 'node:path';
import { KeyFileRefused } from '@traffic-tacos/gateway';
import { CopyRefused, CutRefused, DirectoryInUse, DirectoryUnusable, DiskError, HistoryRefused, HistoryUnreadable, JournalDamaged, JournalTooNew } from '@traffic-tacos/journal';
import { Unavailable } from '@traffic-tacos/kernel';
import { CannotListen, WebhookSecretFileRefused } from '@traffic-tacos/kit';
import { ForeignDirectory, JournalMissing, LimitsContradict } from '@traffic-tacos/platform';
import { TicketKeyFileRefused } from '@traffic-tacos/reservation';
import { CommandFailed } from './command-failed.ts';
import { anotherDirectory, asTyped, shellWord } from './config/as-typed.ts';
import { readSettings } from './config/settings.ts';
import { damageAdvice } from './damage-advice.ts';
import { describePorts, lookAtPorts, PORT_SETTINGS } from './doctor/ports.ts';
import { WrongUsage } from './wrong-usage.ts';

export interface Failure {
  /** What is wrong, and what to do. */
  readonly text: string;
  readonly exitCode: 1 | 2;
}

/** What to tell of an error that ended a command. What is foreseen gets its sentence; anything else is a fault of ours, with its trace. */
export async function describeFailure(error: unknown): Promise<Failure> {
  if (error instanceof WrongUsage || error instanceof LimitsContradict) return { text: error.message, exitCode: 2 };
  if (error instanceof CannotListen) return failed(error.message, error.code === 'EADDRINUSE' ? await portAdvice() : LISTEN_ADVICE);
  if (!(error instanceof Error)) return failed(OUR_FAULT, String(error));
  if ('syscall' in error) return failed(`The system refuses: ${error.message}`, adviceOfSystem(error));
  const advice = adviceFor(error);
  return advice === undefined ? failed(OUR_FAULT, error.stack ?? error.message) : failed(error.message, advice);
}

const OUR_FAULT = 'This is a fault of Traffic Tacos, not of yours. Please report it with these lines:';
const DIRECTORY_ADVICE = 'Make it writable for the user who runs the platform, or name another directory with TACOS_DATA_DIR.';
const LISTEN_ADVICE = 'Does BIND_ADDRESS name an address of this machine, and may this user listen on that port? Below 1024 it takes privileges.';

/** Whoever is not allowed to look or to write is another user than the one whose files these are; anything else is about the place. */
function adviceOfSystem({ syscall, code }: { readonly syscall?: unknown; readonly code?: unknown }): string {
  if (syscall === 'listen') return LISTEN_ADVICE;
  return code === 'EACCES' || code === 'EPERM' ? accessAdvice(dataDirOfSettings()) : DIRECTORY_ADVICE;
}

function accessAdvice(dataDir: string): string {
  const directory = shellWord(resolve(dataDir));
  return `These are another user's files (ls -ld ${directory} names the user): run it as that user (sudo -u USER …), or give them to yours: sudo chown -R "$(id -un)" ${directory} · 다른 사용자의 파일입니다.`;
}

const failed = (what: string, advice: string): Failure => ({ text: advice === '' ? what : `${what}\n${advice}`, exitCode: 1 });

/** What to do about it; empty where the message says it already, undefined for what nobody foresaw. */
function adviceFor(error: Error): string | undefined {
  if (error instanceof DirectoryInUse) return `TACOS_DATA_DIR names the directory; ${asTyped('npx tacos doctor')} tells what runs there.`;
  if (error instanceof DirectoryUnusable) return DIRECTORY_ADVICE;
  if (error instanceof ForeignDirectory) return `Name an empty directory, or one that is not there yet: TACOS_DATA_DIR=${anotherDirectory(dataDirOfSettings())} npm start · 다른 파일이 들어 있는 디렉터리는 사용하지 않습니다.`;
  if (error instanceof JournalDamaged) return damageAdvice(error, dataDirOfSettings());
  if (error instanceof JournalTooNew) return 'Start it with the version of Traffic Tacos that wrote it, or with a newer one.';
  if (error instanceof DiskError) return `Look at the disk: is it full, read-only, or somebody else's? ${asTyped('npx tacos doctor')} looks too.`;
  if (error instanceof HistoryUnreadable) return `${asTyped('npx tacos doctor')} says what is wrong with it, and the way back.`;
  if (error instanceof Unavailable) return `Nothing that was acknowledged is lost. Try again; ${asTyped('npx tacos doctor')} looks for what is in the way.`;
  const saysItItself = [CommandFailed, CopyRefused, CutRefused, HistoryRefused, JournalMissing, KeyFileRefused, TicketKeyFileRefused, WebhookSecretFileRefused].some((known) => error instanceof known);
  return saysItItself ? '' : undefined;
}

function dataDirOfSettings(): string {
  const parsed = readSettings();
  return parsed.kind === 'parsed' ? parsed.settings.dataDir : 'data';
}

async function portAdvice(): Promise<string> {
  const parsed = readSettings();
  const taken = parsed.kind === 'parsed' ? describePorts(await lookAtPorts(parsed.settings)) : [];
  return [...taken, `Stop what listens there, or move our ports: ${PORT_SETTINGS.join(', ')} (0 takes any free one).`].join('\n');
}
