import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withTlsFiles } from '@traffic-tacos/kit/testing';
import type { Internet } from '../webhooks.ts';

/** One attempt, as it came over the wire. */
export interface HeardWebhook {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly said: Readonly<Record<string, unknown>>;
}

/** A receiver of somebody else's, over TLS. */
export interface HttpsReceiver {
  /** `https://shop.test:…/hook` */
  readonly url: string;
  /** The internet in which that name leads to it, and to which this machine belongs. */
  readonly internet: Internet;
  readonly heard: readonly HeardWebhook[];
  /** What it answers from now on; 204 at first. */
  status: number;
}

/** Runs `body` beside a receiver, and closes it whatever happens. */
export async function withHttpsReceiver<T>(body: (receiver: HttpsReceiver) => Promise<T>): Promise<T> {
  return withTlsFiles(async (files) => {
    const [key, cert, authority] = await Promise.all([readFile(files.serverKey), readFile(files.serverCert), readFile(files.ca, 'utf8')]);
    const heard: HeardWebhook[] = [];
    const server = createServer({ key, cert }, (req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const bytes = Buffer.concat(chunks);
        heard.push({ path: req.url ?? '', headers: req.headers, body: bytes, said: JSON.parse(bytes.toString()) as HeardWebhook['said'] });
        res.writeHead(receiver.status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const internet: Internet = { authority, isAllowed: (address) => address === '127.0.0.1', lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) };
    const receiver: HttpsReceiver = { url: `https://shop.test:${port}/hook`, internet, heard, status: 204 };
    try {
      return await body(receiver);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
}
