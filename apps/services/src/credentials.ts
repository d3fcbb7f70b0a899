import { Unavailable, type Clock } from '@traffic-tacos/kernel';
import type { ServiceAudience } from '@traffic-tacos/gateway';
import type { Scheduler } from '@traffic-tacos/reservation';

/** A credential is replaced this long before it ends: calls that are under way with it, and a short absence of the issuer, do no harm. */
const REPLACED_BEFORE_MS = 60_000;
const PAUSE_MS = 1_000;
/** Longer than the pause, so that each look may ask. */
const FRESH_EVERY_MS = 1_500;
const ASK_WITHIN_MS = 2_000;

/** The issuer gave no credential. */
class NoCredential extends Unavailable {
  override readonly name = 'NoCredential';
}

export interface Issued {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/**
 * Keeps a credential to its end, and gets another from a minute before that on, while callers go on with the old one: a slow issuer costs them
 * nothing. Callers that come before the first wait for the same one. After a failure the issuer is left alone for a
 * second, unless somebody has none that is valid.
 */
export function keptCredential(issue: () => Promise<Issued>, clock: Pick<Clock, 'wallMs'>): () => string | Promise<string> {
  let kept: { readonly token: string; readonly endsAtMs: number } | undefined;
  let failedAtMs: number | undefined;
  let asking: Promise<string> | undefined;

  const ask = async (): Promise<string> => {
    try {
      const { token, expiresInSeconds } = await issue();
      kept = { token, endsAtMs: clock.wallMs() + expiresInSeconds * 1000 };
      failedAtMs = undefined;
      return token;
    } catch (cause) {
      failedAtMs = clock.wallMs();
      throw cause;
    } finally {
      asking = undefined;
    }
  };
  // Of a wall clock that was set back nobody knows how long the pause would be.
  const isPausing = (nowMs: number): boolean => failedAtMs !== undefined && nowMs >= failedAtMs && nowMs - failedAtMs < PAUSE_MS;
  return () => {
    const nowMs = clock.wallMs();
    if (kept === undefined || nowMs >= kept.endsAtMs) return (asking ??= ask());
    if (nowMs >= kept.endsAtMs - REPLACED_BEFORE_MS && asking === undefined && !isPausing(nowMs)) {
      asking = ask();
      // Whoever has no credential any more hears of it.
      asking.catch(() => undefined);
    }
    return kept.token;
  };
}

/**
 * Asks for the credential from now on, whether or not anybody calls, so that an issuer that goes away before the first call does no harm. Answers
 * how to stop.
 */
export function keepFresh(credential: () => string | Promise<string>, timers: Scheduler): () => void {
  let callOff: (() => void) | undefined;
  let isStopped = false;
  const again = (): void => {
    if (!isStopped) callOff = timers.after(FRESH_EVERY_MS, look);
  };
  const look = (): void => {
    const asked = credential();
    if (asked instanceof Promise) asked.then(again, again);
    else again();
  };
  look();
  return () => {
    isStopped = true;
    callOff?.();
  };
}

/** The client-credentials grant of the issuer (RFC 6749, 4.4), as one service asks it for calls to another. Rejects with an `Unavailable`. */
export function grantOf(issuerUrl: string, clientId: string, clientSecret: string, audience: ServiceAudience): () => Promise<Issued> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, audience });
  return async () => {
    const answer = await askIssuer(`${issuerUrl}/oauth2/token`, body);
    const { access_token: token, expires_in: expiresInSeconds } = answer;
    if (typeof token !== 'string' || typeof expiresInSeconds !== 'number') throw new NoCredential(`${issuerUrl} gave no credential for ${audience}`);
    return { token, expiresInSeconds };
  };
}

async function askIssuer(url: string, body: URLSearchParams): Promise<Readonly<Record<string, unknown>>> {
  try {
    const response = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(ASK_WITHIN_MS), redirect: 'error' });
    const document: unknown = await response.json();
    if (response.ok && typeof document === 'object' && document !== null) return { ...document };
    throw new NoCredential(`${url} answered ${response.status}`);
  } catch (cause) {
    if (cause instanceof NoCredential) throw cause;
    throw new NoCredential(`${url} could not be asked`, { cause });
  }
}
