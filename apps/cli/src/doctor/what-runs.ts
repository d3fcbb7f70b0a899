import { directoryOwner } from '@traffic-tacos/journal';
import { readPlatformFile, type PlatformFile } from '@traffic-tacos/platform';
import { listIn, objectOf, textIn } from '../http/json-fields.ts';

const ANSWER_WITHIN_MS = 2_000;

/** What a server of ours says of itself. */
export interface Running {
  readonly service: string;
  readonly version: string;
  /** The instant of its decision clock, and that of this machine's wall clock in the middle of the call; both in ms. */
  readonly serverMs: number;
  readonly wallMs: number;
}

/** Who works in a data directory. `left`: what a platform wrote there is there, and the platform is not. */
export type PlatformLook =
  | { readonly kind: 'none'; readonly owner: number | undefined }
  | { readonly kind: 'left'; readonly file: PlatformFile; readonly owner: number | undefined }
  | { readonly kind: 'running'; readonly file: PlatformFile; readonly owner: number };

/** A process id may belong to somebody else by now; who holds the lock of the directory is its owner. */
export async function lookAtPlatform(dataDir: string): Promise<PlatformLook> {
  const owner = directoryOwner(dataDir);
  const file = await readPlatformFile(dataDir).catch(() => undefined);
  if (file === undefined) return { kind: 'none', owner };
  return owner === file.pid ? { kind: 'running', file, owner } : { kind: 'left', file, owner };
}

/** Asks whoever listens at the address; undefined when that is nobody, or no server of ours. */
export async function askWhatRuns(url: string, wallMs: () => number = Date.now): Promise<Running | undefined> {
  const before = wallMs();
  try {
    const response = await fetch(`${url}/version`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const middleMs = (before + wallMs()) / 2;
    const body = objectOf(await response.json());
    const serverMs = Number(response.headers.get('x-server-time'));
    const [service, version] = [textIn(body, 'service'), textIn(body, 'version')];
    return service === '' || version === '' ? undefined : { service, version, serverMs, wallMs: middleMs };
  } catch {
    // Refused, silent, or not JSON: in every case it is nothing that could tell.
    return undefined;
  }
}

/** Whether a server of ours can work, by its own word. */
export type Readiness = { readonly kind: 'ready' | 'silent' } | { readonly kind: 'not_ready'; readonly reasons: readonly string[] };

export async function askReadiness(url: string): Promise<Readiness> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const body = objectOf(await response.json());
    if (response.ok) return { kind: 'ready' };
    const reasons = listIn(body, 'components').map(objectOf).map((component) => `${textIn(component, 'name')}: ${textIn(component, 'reason')}`);
    return { kind: 'not_ready', reasons: reasons.length === 0 ? [`it answers ${response.status}`] : reasons };
  } catch {
    // Refused, silent, or not JSON: it does not answer as a server of ours would.
    return { kind: 'silent' };
  }
}
