import { Unavailable, type Clock } from '@traffic-tacos/kernel';
import type { ServiceAudience } from '@traffic-tacos/gateway';

/** A credential is replaced this long before it ends: calls that are under way with it, and a short absence of the issuer, do no harm. */
const REPLACED_BEFORE_MS = 60_000;
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
 * Keeps a credential until shortly before it ends, and then gets another. Callers that come at once wait for the same one. While the issuer is
 * away the old one goes on being used to its end.
 */
export function keptCredential(issue: () => Promise<Issued>, clock: Pick<Clock, 'wallMs'>): () => string | Promise<string> {
  let kept: { readonly token: string; readonly endsAtMs: number } | undefined;
  let asking: Promise<string> | undefined;

  const ask = async (): Promise<string> => {
    try {
      const { token, expiresInSeconds } = await issue();
      kept = { token, endsAtMs: clock.wallMs() + expiresInSeconds * 1000 };
      return token;
    } catch (cause) {
      if (kept !== undefined && clock.wallMs() < kept.endsAtMs) return kept.token;
      throw cause;
    } finally {
      asking = undefined;
    }
  };
  return () => {
    if (kept !== undefined && clock.wallMs() < kept.endsAtMs - REPLACED_BEFORE_MS) return kept.token;
    return (asking ??= ask());
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
