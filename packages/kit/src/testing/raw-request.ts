import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawReply {
  readonly status: number;
  /** By name in small letters; the last of equal ones. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const TIMEOUT_MS = 30_000;

/**
 * Sends bytes to a server and collects what comes until the connection closes. For requests that no HTTP client would agree to send;
 * ask for `Connection: close` in those that are valid. Undefined when the server closed without a word.
 */
export function rawRequest(port: number, bytes: string | Uint8Array): Promise<RawReply | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<RawReply | undefined>();
  const chunks: Buffer[] = [];
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new NoAnswer(bytes)));
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A reset after the answer is how a server ends a connection on which it was still being sent to.
  socket.on('error', (error) => (error instanceof NoAnswer ? reject(error) : undefined));
  socket.on('close', () => resolve(parseReply(Buffer.concat(chunks).toString('utf8'))));
  socket.write(bytes);
  return promise;
}

/** The last answer of a connection: an interim `100 Continue` is passed over. */
function parseReply(text: string): RawReply | undefined {
  const final = text.replace(/^(?:HTTP\/1\.1 1\d\d [^\r]*\r\n\r\n)+/, '');
  const end = final.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [statusLine = '', ...lines] = final.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(statusLine.split(' ')[1]), headers: Object.fromEntries(headers), text: final.slice(end + 4) };
}

/** The server neither answered nor closed. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(bytes: string | Uint8Array) {
    super(`no answer to ${JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 300))}`);
  }
}
