const ANSWER_WITHIN_MS = 2_000;

/** What a server of ours says of itself. */
export interface Running {
  readonly service: string;
  readonly version: string;
  /** The instant of its decision clock, and that of this machine's wall clock in the middle of the call; both in ms. */
  readonly serverMs: number;
  readonly wallMs: number;
}

/** Asks whoever listens at the address; undefined when that is nobody, or no server of ours. */
export async function askWhatRuns(url: string): Promise<Running | undefined> {
  const before = Date.now();
  try {
    const response = await fetch(`${url}/version`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const wallMs = (before + Date.now()) / 2;
    const body: unknown = await response.json();
    const serverMs = Number(response.headers.get('x-server-time'));
    if (typeof body !== 'object' || body === null || !('service' in body) || !('version' in body)) return undefined;
    return { service: String(body.service), version: String(body.version), serverMs, wallMs };
  } catch {
    // Refused, silent, or not JSON: in every case it is nothing that could tell.
    return undefined;
  }
}
