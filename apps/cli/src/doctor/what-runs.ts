import { directoryOwner } from '@traffic-tacos/journal';
import { readPlatformFile, type PlatformFile } from '@traffic-tacos/platform';
import { listIn, objectOf, textIn } from '../http/json-fields.ts';

/** A platform that is busy, on a machine that is, answers late; one that hangs does not answer at all. */
const ANSWER_WITHIN_MS = 5_000;
/** Two clocks are compared to within half of how long that took. */
const QUICK_MS = 100;
const MOST_LOOKS = 4;

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

/**
 * Asks whoever listens at the address; undefined when that is nobody, or no server of ours. Where an answer takes long, it asks again, and goes by the
 * quickest: what one of the two waited for would count as a difference of their clocks.
 */
export async function askWhatRuns(url: string, wallMs: () => number = Date.now): Promise<Running | undefined> {
  let quickest = await look(url, wallMs);
  for (let looks = 1; quickest !== undefined && quickest.tookMs > QUICK_MS && looks < MOST_LOOKS; looks++) {
    const next = await look(url, wallMs);
    if (next !== undefined && next.tookMs < quickest.tookMs) quickest = next;
  }
  return quickest;
}

interface Look extends Running {
  readonly tookMs: number;
}

async function look(url: string, wallMs: () => number): Promise<Look | undefined> {
  const startedMs = performance.now();
  const before = wallMs();
  try {
    const response = await fetch(`${url}/version`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const middleMs = (before + wallMs()) / 2;
    const tookMs = performance.now() - startedMs;
    const body = objectOf(await response.json());
    const serverMs = Number(response.headers.get('x-server-time'));
    const [service, version] = [textIn(body, 'service'), textIn(body, 'version')];
    return service === '' || version === '' ? undefined : { service, version, serverMs, wallMs: middleMs, tookMs };
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
