import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';

/** How a call ended. */
export interface RpcReply {
  readonly httpStatus: number | undefined;
  /** Undefined when the call ended without one. */
  readonly status: number | undefined;
  readonly message: string;
  /** The bytes of the answer, with their prefix. */
  readonly body: Buffer;
  /** What the stream was reset with; 0 when it was not. */
  readonly resetCode: number;
}

/** What HTTP/2 does not let a client send. */
export class NotSendable extends Error {
  override readonly name = 'NotSendable';
}

const NOTHING = Buffer.alloc(0);
const WEAR_OF_A_SESSION = 2_000;
const WEAR_OF_A_RESET = 10;

/** The server says that it has not looked at the call at all: whoever asks again does nothing twice. */
export const REFUSED_STREAM = constants.NGHTTP2_REFUSED_STREAM;

/** One connection to one gRPC port, opened again when it has ended. Any number of calls are under way. */
export class RpcConnection {
  readonly #address: string;
  #session: ClientHttp2Session | undefined;
  readonly #streams = new Set<ClientHttp2Stream>();
  readonly #worn: ClientHttp2Session[] = [];
  #wear = 0;

  constructor(address: string) {
    this.#address = address;
  }

  /** Throws `NotSendable`. `givenUpAfterMs`: how long the client waits for the end, 0 for not at all; undefined: until it comes. */
  call(headers: OutgoingHttpHeaders, body: Buffer, givenUpAfterMs?: number): Promise<RpcReply> {
    const isHead = headers[':method'] === 'HEAD';
    this.#spareTheSession(givenUpAfterMs !== undefined || isHead);
    const stream = this.#begin(headers);
    this.#streams.add(stream);
    const giveUp = (): void => stream.close(constants.NGHTTP2_CANCEL);
    const patience = givenUpAfterMs === undefined || givenUpAfterMs === 0 ? undefined : setTimeout(giveUp, givenUpAfterMs);
    const replied = collect(stream, isHead).finally(() => {
      clearTimeout(patience);
      this.#streams.delete(stream);
    });
    stream.end(body);
    if (givenUpAfterMs === 0) giveUp();
    return replied;
  }

  /** Every call under way ends without an answer. */
  destroy(): void {
    for (const stream of this.#streams) stream.close(constants.NGHTTP2_CANCEL);
    for (const session of [...this.#worn, this.#session]) session?.destroy();
    this.#session = undefined;
  }

  /** The next call goes over another connection. This one stays until the end, for the calls that are under way on it. */
  renew(): void {
    if (this.#session !== undefined) this.#worn.push(this.#session);
    this.#session = undefined;
    this.#wear = 0;
  }

  /** A server ends a connection on which much is malformed or given up; so the next calls go over another before that. */
  #spareTheSession(isReset: boolean): void {
    this.#wear += isReset ? WEAR_OF_A_RESET : 1;
    if (this.#wear > WEAR_OF_A_SESSION) this.renew();
  }

  #begin(headers: OutgoingHttpHeaders): ClientHttp2Stream {
    const session = (this.#session ??= this.#open());
    try {
      return session.request(headers, { endStream: false });
    } catch (cause) {
      if (session.destroyed || session.closed) this.#session = undefined;
      throw new NotSendable('the client refuses to send this', { cause });
    }
  }

  #open(): ClientHttp2Session {
    const session = connect(`http://${this.#address}`);
    const forget = (): void => {
      if (this.#session === session) this.#session = undefined;
    };
    session.on('goaway', forget);
    session.on('close', forget);
    // Each stream tells its own end.
    session.on('error', forget);
    return session;
  }
}

function collect(stream: ClientHttp2Stream, isHead: boolean): Promise<RpcReply> {
  const chunks: Buffer[] = [];
  let headers: IncomingHttpHeaders | undefined;
  let trailers: IncomingHttpHeaders | undefined;
  stream.on('response', (sent, flags) => {
    headers = sent;
    // An answer to HEAD ends with its header, also while a large message still waits to be taken.
    if (isHead && (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) stream.close(constants.NGHTTP2_CANCEL);
  });
  stream.on('trailers', (sent) => (trailers = sent));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A reset shows as an error, and in the stream's code, which is looked at when it has closed.
  stream.on('error', () => stream.resume());
  return new Promise((resolve) => {
    stream.on('close', () => {
      const ended = trailers?.['grpc-status'] === undefined ? headers : trailers;
      const status = ended?.['grpc-status'];
      resolve({
        httpStatus: headers?.[':status'] === undefined ? undefined : Number(headers[':status']),
        status: status === undefined ? undefined : Number(status),
        message: String(ended?.['grpc-message'] ?? ''),
        body: chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks),
        resetCode: stream.rstCode ?? 0,
      });
    });
  });
}
