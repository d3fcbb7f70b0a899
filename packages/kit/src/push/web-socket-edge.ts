import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isoInstant, type Limits } from '@traffic-tacos/kernel';
import type { WebSocketServer } from 'ws';
import { refuse } from '../errors/registry.ts';
import { acceptedLanguage } from '../http/accepted.ts';
import type { AnswerHead } from '../http/answer-head.ts';
import { errorDocument } from '../http/error-document.ts';
import type { Health } from '../http/health.ts';
import type { Refusal } from '../http/route.ts';
import type { RouteMeters } from '../http/route-meters.ts';
import type { TraceIds } from '../http/trace.ts';
import type { OpenStreams } from './open-streams.ts';
import { WebSocketSession, type SessionDeps } from './web-socket-session.ts';
import { WebSocketStream } from './web-socket-stream.ts';

export interface WebSocketEdgeDeps extends SessionDeps {
  readonly path: string;
  readonly streams: OpenStreams;
  readonly health: Health;
  readonly head: AnswerHead;
  readonly traceIds: TraceIds;
  readonly meters: RouteMeters;
  /** Which client a request comes from. */
  readonly addressOf: (raw: IncomingMessage) => string;
  /** Whether pages of another origin may open sockets. */
  readonly allowsOrigin: (origin: string) => boolean;
  readonly limits: Pick<Limits, 'pushTopics' | 'pushMessageBytes'>;
}

const SWITCHING = 101;
const NO_FIELDS: ReadonlySet<string> = new Set();
const REFUSING = refuse('SERVICE_UNAVAILABLE', { retryAfterSeconds: 5 });
/** RFC 6455, 4.4: what is spoken here, for whoever came with another version. */
const VERSION = '13';
const NO_GET = refuse('METHOD_NOT_ALLOWED', { headers: { Allow: 'GET' } });
const FOREIGN_ORIGIN = refuse('FORBIDDEN', { details: [{ field: 'Origin', reason: 'pages of this origin may not open a WebSocket here' }] });

/** Lets WebSockets in: from allowed origins, where there is room for them. Who is on one is known by its first message, since pages cannot send a header. */
export class WebSocketEdge {
  readonly #deps: WebSocketEdgeDeps;
  /** The library is loaded with the first socket. */
  #server: Promise<WebSocketServer> | undefined = undefined;

  constructor(deps: WebSocketEdgeDeps) {
    this.#deps = deps;
  }

  /** Whether a request that wants another protocol wants this one, here; others go on as requests. */
  takes({ headers, url = '' }: IncomingMessage): boolean {
    return headers.upgrade?.toLowerCase() === 'websocket' && (url === this.#deps.path || url.startsWith(`${this.#deps.path}?`));
  }

  upgrade(raw: IncomingMessage, socket: Duplex, first: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = this.#refusalOf(raw);
    if (refusal !== undefined) this.#refuse(raw, socket, refusal);
    else void this.#enter(raw, socket, first);
  }

  #refusalOf({ headers, method }: IncomingMessage): Refusal | undefined {
    const { health, allowsOrigin } = this.#deps;
    if (method !== 'GET') return NO_GET;
    if (health.isRefusing) return REFUSING;
    const { origin } = headers;
    // Only browsers send one. A page of ours has our own.
    return origin === undefined || hostOf(origin) === headers.host || allowsOrigin(origin) ? undefined : FOREIGN_ORIGIN;
  }

  async #enter(raw: IncomingMessage, socket: Duplex, first: Buffer): Promise<void> {
    const { streams, addressOf, render, meters } = this.#deps;
    const address = addressOf(raw);
    const room = streams.claim({ userId: undefined, address, tokenExpiresAtMs: undefined });
    if ('refused' in room) return this.#refuse(raw, socket, room);
    socket.once('close', room.giveBack.bind(room));
    const server = await (this.#server ??= this.#load());
    if (socket.destroyed) return;
    server.handleUpgrade(raw, socket, first, (opened) => {
      meters.answered(SWITCHING, 0);
      const stream = room.open(new WebSocketStream(opened, render));
      opened.once('close', () => stream.lost());
      // What is no frame, or too large a one, the library answers by closing, with a code of its own.
      opened.on('error', () => stream.end('misused'));
      new WebSocketSession(this.#deps, opened, { stream, room, language: acceptedLanguage(raw.headers['accept-language']), address });
    });
  }

  async #load(): Promise<WebSocketServer> {
    const { WebSocketServer: Server } = await import('ws');
    const server = new Server({ noServer: true, maxPayload: this.#deps.limits.pushMessageBytes, perMessageDeflate: false, clientTracking: false });
    // What the library would say itself has neither our form nor a trace id.
    server.on('wsClientError', ({ message }, socket, raw) => this.#refuse(raw, socket, badHandshake(message)));
    server.on('headers', (lines, raw) => lines.push(...linesOf(this.#deps.head(this.#deps.traceIds.traceIdOf(raw.headers)))));
    return server;
  }

  #refuse(raw: IncomingMessage, socket: Duplex, refusal: Refusal): void {
    const { registry, traceIds, head, meters, clock, render } = this.#deps;
    const entry = registry.find(refusal.refused);
    if (entry === undefined) return void socket.destroy();
    const traceId = traceIds.traceIdOf(raw.headers);
    const facts = { traceId, timestamp: isoInstant(clock.nowMs()), target: this.#deps.path, language: acceptedLanguage(raw.headers['accept-language']), spelling: 'snake', fieldNames: NO_FIELDS } as const;
    const body = render(errorDocument(refusal, entry, facts));
    const retry = refusal.retryAfterSeconds === undefined ? [] : ['Retry-After', String(refusal.retryAfterSeconds)];
    const more = Object.entries(refusal.headers ?? {}).flat();
    const fields = [...head(traceId), 'Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(Buffer.byteLength(body)), ...retry, ...more, 'Connection', 'close'];
    meters.answered(entry.status, 0);
    meters.refused(refusal.refused);
    socket.end(`HTTP/1.1 ${entry.status} ${STATUS_CODES[entry.status] ?? ''}\r\n${linesOf(fields).join('\r\n')}\r\n\r\n${body}`);
  }
}

/** A flat list of names and values as lines of a head. */
const linesOf = (fields: readonly string[]): string[] => fields.flatMap((name, place) => (place % 2 === 0 ? [`${name}: ${fields[place + 1] ?? ''}`] : []));

const badHandshake = (reason: string): Refusal => refuse('INVALID_REQUEST', { details: [{ field: 'handshake', reason }], headers: { 'Sec-WebSocket-Version': VERSION } });

/** Undefined for what is no origin, such as `null`. */
const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
