import { invariant, isoInstant, type Clock } from '@traffic-tacos/kernel';
import { convertThrown } from '../errors/convert-thrown.ts';
import type { ErrorEntry } from '../errors/error-table.ts';
import type { ErrorRegistry } from '../errors/registry.ts';
import type { Logger } from '../logging/logger.ts';
import type { ClientAddressOf } from '../protection/client-address.ts';
import type { BrowserRules } from '../protection/browser-rules.ts';
import { EVENT_STREAM_FIELDS, EventStream } from '../push/event-stream.ts';
import type { OpenStreams } from '../push/open-streams.ts';
import type { OpenEvents } from '../push/push-stream.ts';
import { acceptedLanguage, acceptedSpelling } from './accepted.ts';
import type { AnswerHead } from './answer-head.ts';
import { Burst } from './burst.ts';
import { errorDocument } from './error-document.ts';
import type { Exchange } from './exchange.ts';
import { createSnakeRenderer, renderCamel, type RenderJson } from './render-json.ts';
import type { EdgeReply, Refusal } from './route.ts';
import type { HttpSettings } from './settings.ts';
import type { Spelling } from './spelling.ts';
import type { TraceIds } from './trace.ts';

/** What streams say themselves among the fields that browsers are told. */
const SAID_BY_STREAMS = { 'Cache-Control': '' };
const JSON_TYPE = 'application/json; charset=utf-8';

export interface AnswersDeps {
  readonly registry: ErrorRegistry;
  readonly settings: HttpSettings;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly traceIds: TraceIds;
  readonly head: AnswerHead;
  /** Which answers are the last of their connection, and who waits for them. */
  readonly progress: AnswerProgress;
  readonly streams: OpenStreams | undefined;
  readonly addressOf: ClientAddressOf;
  readonly browser: BrowserRules | undefined;
}

/** What a closing server needs to know. */
export interface AnswerProgress {
  readonly isClosing: boolean;
  answered(): void;
}

/** Puts outcomes on the wire. Each exchange is answered once; later attempts are dropped. */
export class Answers {
  readonly #deps: AnswersDeps;
  readonly #renderSnake: RenderJson = createSnakeRenderer();
  readonly #sharedSnake = new WeakMap<object, Uint8Array>();
  readonly #sharedCamel = new WeakMap<object, Uint8Array>();
  readonly #burst = new Burst<Answer>((answer) => this.#putOrFail(answer));

  constructor(deps: AnswersDeps) {
    this.#deps = deps;
  }

  reply(exchange: Exchange, { status, body, isShared, content, headers, events }: EdgeReply): void {
    if (events !== undefined) return this.#stream(exchange, events);
    const fields = this.#head(exchange, headers);
    let data: string | Uint8Array = '';
    if (content !== undefined) {
      data = content.data;
      fields.push('Content-Type', content.type);
    } else if (body !== undefined) {
      data = isShared === true ? this.#renderOnce(exchange, body) : this.#render(exchange, body);
      fields.push('Content-Type', JSON_TYPE);
    }
    // Answers of these two statuses have no body, and a length would be that of another answer.
    const bytes = byteLength(data);
    if (status !== 204 && status !== 304) fields.push('Content-Length', String(bytes));
    if (headers !== undefined) pushAll(fields, headers);
    this.#send(exchange, status, fields, { data, bytes }, false);
  }

  /** `leaveOpen`: head and body go out, and the caller ends the response. */
  refuse(exchange: Exchange, refusal: Refusal, leaveOpen = false): void {
    const entry = this.#deps.registry.find(refusal.refused);
    if (entry === undefined) return this.fail(exchange, new UnknownErrorCode(refusal.refused));
    const data = this.#render(exchange, this.#errorDocument(exchange, refusal, entry));
    const fields = this.#head(exchange, refusal.headers);
    const bytes = byteLength(data);
    fields.push('Content-Type', JSON_TYPE, 'Content-Length', String(bytes));
    if (entry.status === 401 && refusal.headers?.['WWW-Authenticate'] === undefined) fields.push('WWW-Authenticate', 'Bearer');
    if (refusal.retryAfterSeconds !== undefined) fields.push('Retry-After', String(refusal.retryAfterSeconds));
    if (refusal.headers !== undefined) pushAll(fields, refusal.headers);
    exchange.compiled.meters.refused(refusal.refused);
    this.#send(exchange, entry.status, fields, { data, bytes }, leaveOpen);
  }

  /** Converts, logs and answers something thrown. */
  fail(exchange: Exchange, thrown: unknown): void {
    const { refusal, isBug } = convertThrown(thrown);
    const facts = { trace_id: exchange.traceId, route: nameOf(exchange), err: thrown };
    if (isBug) this.#deps.logger.error(facts, 'a request failed by a fault of ours');
    else this.#deps.logger.warn(facts, 'a request could not be decided');
    if (!exchange.isAnswered) this.refuse(exchange, refusal);
  }

  #send(exchange: Exchange, status: number, fields: string[], payload: Payload, leaveOpen: boolean): void {
    if (exchange.isAnswered) return;
    exchange.isAnswered = true;
    const answer = { exchange, status, fields, payload };
    if (leaveOpen) this.#put(answer, true);
    else this.#burst.add(answer);
  }

  /** A head that cannot be written is a fault of the handler that made it; the others of the burst go out all the same. */
  #putOrFail(answer: Answer): void {
    try {
      this.#put(answer, false);
    } catch (thrown) {
      answer.exchange.isAnswered = false;
      this.fail(answer.exchange, thrown);
    }
  }

  #put({ exchange, status, fields, payload: { data, bytes } }: Answer, leaveOpen: boolean): void {
    const { progress } = this.#deps;
    if (leaveOpen || progress.isClosing) fields.push('Connection', 'close');
    exchange.res.writeHead(status, fields);
    if (leaveOpen) exchange.res.write(data);
    // A text of as many bytes as characters is ASCII, and goes out by the shorter way; the runtime writes it together with the head.
    else exchange.res.end(data, bytes === data.length ? 'latin1' : 'utf8');
    this.#count(exchange, status);
  }

  /** The answer is given once the stream is open; what flows in it afterwards is the stream's own. Of a HEAD only the head is. */
  #stream(exchange: Exchange, events: OpenEvents): void {
    if (exchange.isAnswered) return;
    const { streams, addressOf } = this.#deps;
    invariant(streams !== undefined, 'a server whose routes stream needs room for streams');
    const { raw, res, caller } = exchange;
    const room = streams.claim({ userId: caller?.userId, address: addressOf(raw), tokenExpiresAtMs: caller?.tokenExpiresAtMs });
    if ('refused' in room) return this.refuse(exchange, room);
    exchange.isAnswered = true;
    res.writeHead(200, [...this.#head(exchange, SAID_BY_STREAMS), ...EVENT_STREAM_FIELDS]);
    this.#count(exchange, 200);
    const { socket } = raw;
    // Whoever has gone while the stream was made up is told of no more, and nobody would tell us again that they have.
    if (raw.method === 'HEAD' || socket.destroyed) {
      room.giveBack();
      return void res.end();
    }
    const stream = room.open(new EventStream(res, this.#rendererFor(exchange)));
    const gone = (): void => {
      res.off('close', gone);
      socket.off('close', gone);
      room.giveBack();
      stream.lost();
    };
    res.once('close', gone);
    // An answer that waits behind another one of its connection is not told that the connection has gone.
    socket.once('close', gone);
    events(stream);
  }

  #head(exchange: Exchange, own: EdgeReply['headers']): string[] {
    const { head, browser } = this.#deps;
    const fields = head(exchange.traceId);
    browser?.append(fields, exchange.raw.headers.origin, own);
    return fields;
  }

  #count(exchange: Exchange, status: number): void {
    const { progress, logger } = this.#deps;
    const elapsedMs = performance.now() - exchange.startedMs;
    exchange.compiled.meters.answered(status, elapsedMs / 1000);
    exchange.span?.end({ isFailed: status >= 500, attributes: { 'http.response.status_code': status } });
    if (logger.isEnabled(status < 500 ? 'debug' : 'info')) this.#logAccess(exchange, status, elapsedMs);
    progress.answered();
  }

  #render(exchange: Exchange, body: unknown): string {
    return this.#rendererFor(exchange)(body);
  }

  /** Bytes, so that a text with letters beyond ASCII is not encoded anew for each reader. */
  #renderOnce(exchange: Exchange, body: object): Uint8Array {
    const rendered = this.#spellingOf(exchange) === 'snake' ? this.#sharedSnake : this.#sharedCamel;
    let bytes = rendered.get(body);
    if (bytes === undefined) rendered.set(body, (bytes = Buffer.from(this.#render(exchange, body))));
    return bytes;
  }

  #rendererFor(exchange: Exchange): RenderJson {
    return this.#spellingOf(exchange) === 'snake' ? this.#renderSnake : renderCamel;
  }

  #spellingOf(exchange: Exchange): Spelling {
    if (this.#deps.settings.answerSpelling === 'snake') return 'snake';
    return exchange.spelling ?? acceptedSpelling(exchange.raw.headers.accept);
  }

  #errorDocument(exchange: Exchange, refusal: Refusal, entry: ErrorEntry): Readonly<Record<string, unknown>> {
    return errorDocument(refusal, entry, {
      traceId: exchange.traceId,
      timestamp: isoInstant(this.#deps.clock.nowMs()),
      target: exchange.raw.url ?? '/',
      language: acceptedLanguage(exchange.raw.headers['accept-language']),
      spelling: this.#spellingOf(exchange),
      fieldNames: exchange.compiled.fieldNames,
    });
  }

  #logAccess(exchange: Exchange, status: number, elapsedMs: number): void {
    const { logger, traceIds } = this.#deps;
    const facts = {
      trace_id: exchange.traceId,
      span_id: exchange.span?.spanId ?? traceIds.newSpanId(),
      route: nameOf(exchange),
      status,
      latency_ms: Math.round(elapsedMs * 1000) / 1000,
    };
    if (status < 500) logger.debug(facts, 'answered');
    else logger.info(facts, 'answered');
  }
}

/** A handler refused with a code that is in no table. */
class UnknownErrorCode extends Error {
  override readonly name = 'UnknownErrorCode';

  constructor(code: string) {
    super(`the error code ${code} is in no table`);
  }
}

const nameOf = ({ compiled, raw }: Exchange): string => `${raw.method ?? ''} ${compiled.route.path}`;

/** An answer that is rendered and not yet on the wire. */
interface Answer {
  readonly exchange: Exchange;
  readonly status: number;
  readonly fields: string[];
  readonly payload: Payload;
}

interface Payload {
  readonly data: string | Uint8Array;
  readonly bytes: number;
}

const byteLength = (data: string | Uint8Array): number => (typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength);

function pushAll(fields: string[], headers: Readonly<Record<string, string>>): void {
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) fields.push(name, value);
  }
}
