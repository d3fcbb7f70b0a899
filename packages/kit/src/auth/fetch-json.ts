import { Unavailable } from '@traffic-tacos/kernel';

/** Gets a JSON document. Rejects with `Unavailable` when there is none to be had. */
export type FetchJson = (url: string) => Promise<unknown>;

export interface FetchJsonLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

const DEFAULT_LIMITS: FetchJsonLimits = { timeoutMs: 3_000, maxBytes: 1024 * 1024 };

/** A plain GET over HTTP or HTTPS. Redirects are not followed: the address was configured, and only it is trusted. */
export function createFetchJson(limits: FetchJsonLimits = DEFAULT_LIMITS): FetchJson {
  return async (url) => {
    try {
      const response = await fetch(url, {
        redirect: 'error',
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(limits.timeoutMs),
      });
      if (!response.ok || response.body === null) throw new Unavailable(`${url} answered ${response.status}`);
      return JSON.parse(await readText(response.body, limits.maxBytes)) as unknown;
    } catch (cause) {
      throw cause instanceof Unavailable ? cause : new Unavailable(`cannot read ${url}`, { cause });
    }
  };
}

async function readText(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Unavailable(`the document is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
