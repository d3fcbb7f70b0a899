import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from '../errors/registry.ts';
import type { ClientAddressOf } from '../protection/client-address.ts';
import type { LoadShedder } from '../protection/load-shedder.ts';
import type { ProofOfWork } from '../protection/proof-of-work.ts';
import type { RateLimits } from '../protection/rate-limits.ts';
import type { Span } from '../tracing/span.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { Answers } from './answers.ts';
import { authorize, type Entry, type TokenVerifier } from './authorize.ts';
import { announcedBytes, announcesBody, awaitsContinue, isJson, refuseByHeader, tooLarge } from './body-header.ts';
import type { CompiledRoute } from './compiled-route.ts';
import { Exchange } from './exchange.ts';
import { decodeForm, isForm } from './form-document.ts';
import type { Health } from './health.ts';
import { checkIdempotencyKey, type IdempotencyKeyRules } from './idempotency-key.ts';
import { decodeJson } from './json-document.ts';
import { readFields } from './read-fields.ts';
import { receiveBody, type BodySink } from './receive-body.ts';
import { endAfterBody } from './refuse-unread.ts';
import type { EdgeReply, Refusal } from './route.ts';
import type { HttpSettings } from './settings.ts';
import { spellingOfDocument } from './spelling.ts';
import type { TraceIds } from './trace.ts';

export interface EdgeDeps {
  readonly answers: Answers;
  readonly verifier: TokenVerifier;
  readonly health: Health;
  readonly traceIds: TraceIds;
  readonly settings: HttpSettings;
  readonly progress: EdgeProgress;
  readonly tracing: Tracing | undefined;
  readonly addressOf: ClientAddressOf;
  /** Undefined where rates are not limited. */
  readonly rateLimits: RateLimits | undefined;
  /** Undefined where no work is demanded. */
  readonly work: ProofOfWork | undefined;
  /** Undefined where nobody is sent away. */
  readonly shedder: LoadShedder | undefined;
}

/** Told of every exchange that begins, and of those whose client left before the answer. */
export interface EdgeProgress {
  begun(): void;
  abandoned(): void;
}

const NO_HOST = refuse('INVALID_REQUEST', { details: [{ field: 'Host', reason: 'is required' }] });
const TWO_HOSTS = refuse('INVALID_REQUEST', { details: [{ field: 'Host', reason: 'must stand there once' }] });
const NOTHING_SENT = { kind: 'document', document: undefined } as const;
const REFUSING = refuse('SERVICE_UNAVAILABLE', { retryAfterSeconds: 5 });

/**
 * Takes requests whose route is known through the stages in which they may be refused. The order is a promise to clients: 413, 415 ·
 * 401 · 403 · 429 · 400 · and then the handler, which decides everything that comes after. No stage waits unless it must, so that most
 * requests pass in one synchronous turn.
 */
export class Edge {
  readonly #deps: EdgeDeps;
  readonly #keyRules: IdempotencyKeyRules;
  readonly #bodySink: BodySink<Exchange>;

  constructor(deps: EdgeDeps) {
    this.#deps = deps;
    this.#keyRules = { format: deps.settings.idempotencyKeyFormat, maxChars: deps.settings.idempotencyKeyChars };
    this.#bodySink = {
      arrived: (exchange, bytes) => this.#arrived(exchange, bytes),
      tooLarge: (exchange) => this.#cutOff(exchange),
      aborted: (exchange) => this.#abandon(exchange),
    };
  }

  serve(route: CompiledRoute, raw: IncomingMessage, res: ServerResponse, params: unknown, query: unknown): void {
    const exchange = this.#open(route, raw, res, params, query);
    try {
      this.#begin(exchange);
    } catch (thrown) {
      this.#deps.answers.fail(exchange, thrown);
    }
  }

  /** Answers a request that has no route. Its body is not looked at. */
  refuseAtOnce(route: CompiledRoute, raw: IncomingMessage, res: ServerResponse, refusal: Refusal): void {
    const exchange = this.#open(route, raw, res, {}, undefined);
    this.#refuse(exchange, refusal, false);
  }

  /** Answers a request that has no route of its own, and no body that counts. */
  answerAtOnce(route: CompiledRoute, raw: IncomingMessage, res: ServerResponse, reply: EdgeReply): void {
    this.#deps.answers.reply(this.#open(route, raw, res, {}, undefined), reply);
  }

  #open(route: CompiledRoute, raw: IncomingMessage, res: ServerResponse, params: unknown, query: unknown): Exchange {
    this.#deps.progress.begun();
    const startedMs = performance.now();
    // Path parameters are texts: that is what the router makes.
    const texts = params as Readonly<Record<string, string>>;
    const exchange = new Exchange(route, raw, res, texts, query, this.#deps.traceIds.traceIdOf(raw.headers), startedMs, this.#deps.addressOf);
    if (this.#deps.tracing !== undefined) exchange.span = beginSpan(this.#deps.tracing, exchange);
    if (announcesBody(raw.headers)) exchange.bodyState = 'unread';
    return exchange;
  }

  /** The body stays on the wire until the caller is known to be let in. */
  #begin(exchange: Exchange): void {
    const { compiled, raw } = exchange;
    if (this.#deps.health.isRefusing && !compiled.isLiveness) return this.#refuse(exchange, REFUSING);
    const excess = compiled.isOwn ? this.#deps.shedder?.check(exchange.startedMs, compiled.route.completesPurchase) : undefined;
    if (excess !== undefined) return this.#refuse(exchange, excess, false);
    const { host } = raw.headers;
    if (host === undefined && raw.httpVersion === '1.1') return this.#refuse(exchange, NO_HOST);
    // Node joins what stands there twice.
    if (host?.includes(', ') === true) return this.#refuse(exchange, TWO_HOSTS);
    if (compiled.takesBody && exchange.bodyState === 'unread') {
      const refusal = refuseByHeader(raw.headers, compiled.bodyLimit, compiled.route.takesForm);
      if (refusal !== undefined) return this.#refuse(exchange, refusal);
    }
    const entry = authorize(exchange, this.#deps.verifier);
    if (entry instanceof Promise) void this.#enterLater(exchange, entry);
    else this.#enter(exchange, entry);
  }

  async #enterLater(exchange: Exchange, entry: Promise<Entry>): Promise<void> {
    try {
      this.#enter(exchange, await entry);
    } catch (thrown) {
      this.#deps.answers.fail(exchange, thrown);
    }
  }

  #enter(exchange: Exchange, entry: Entry): void {
    const { isLimited, takesBody, route } = exchange.compiled;
    exchange.isCountedLater = isLimited && route.holderField !== undefined && exchange.caller === undefined && takesBody && exchange.bodyState === 'unread';
    const refusal = entry ?? (isLimited && !exchange.isCountedLater ? this.#deps.rateLimits?.check(exchange) : undefined) ?? this.#demandWork(exchange);
    if (refusal !== undefined) this.#refuse(exchange, refusal);
    else if (takesBody && exchange.bodyState === 'unread') this.#takeBody(exchange);
    else this.#decide(exchange, undefined);
  }

  #demandWork({ compiled: { route }, caller, header, startedMs }: Exchange): Refusal | undefined {
    const { work } = this.#deps;
    if (work === undefined || route.demandsWork !== true || caller !== undefined) return undefined;
    return work.check(header('x-challenge-solution'), startedMs);
  }

  #takeBody(exchange: Exchange): void {
    exchange.bodyState = 'taken';
    if (awaitsContinue(exchange.raw)) exchange.res.writeContinue();
    void receiveBody(exchange.raw, exchange.compiled.bodyLimit, exchange, this.#bodySink);
  }

  #arrived(exchange: Exchange, bytes: Buffer): void {
    try {
      if (exchange.heldRefusal !== undefined) this.#refuseHeld(exchange, exchange.heldRefusal, bytes);
      else this.#decode(exchange, bytes);
    } catch (thrown) {
      this.#deps.answers.fail(exchange, thrown);
    }
  }

  #decode(exchange: Exchange, bytes: Buffer): void {
    const { route } = exchange.compiled;
    if (route.bodyMode === 'bytes' && bytes.length > 0) {
      exchange.body = { bytes };
      return this.#decide(exchange, undefined);
    }
    const isFormBody = route.takesForm === true && isForm(exchange.raw.headers);
    const decoded = bytes.length === 0 ? NOTHING_SENT : isFormBody ? decodeForm(bytes) : decodeJson(bytes, this.#deps.settings.jsonDepth);
    const document = decoded.kind === 'document' ? decoded.document : undefined;
    const excess = exchange.isCountedLater ? this.#deps.rateLimits?.check(exchange, document) : undefined;
    if (excess !== undefined) return this.#deps.answers.refuse(exchange, excess);
    if (decoded.kind === 'document') return this.#decide(exchange, document);
    const details = [{ field: 'body', reason: decoded.reason }];
    this.#deps.answers.refuse(exchange, refuse('INVALID_REQUEST', { details }));
  }

  #decide(exchange: Exchange, document: unknown): void {
    const { route } = exchange.compiled;
    const violations = readFields(exchange, document);
    const badKey = checkIdempotencyKey(exchange.idempotencyKey, route.idempotency ?? 'none', this.#keyRules);
    if (badKey !== undefined) return this.#deps.answers.refuse(exchange, badKey);
    if (violations.length > 0) return this.#deps.answers.refuse(exchange, refuse('INVALID_REQUEST', { details: violations }));
    const { span } = exchange;
    const { tracing } = this.#deps;
    const outcome = span === undefined || tracing === undefined ? route.handle(exchange) : tracing.run(span, () => route.handle(exchange));
    if (outcome instanceof Promise) void this.#settleLater(exchange, outcome);
    else this.#settle(exchange, outcome);
  }

  async #settleLater(exchange: Exchange, outcome: Promise<EdgeReply | Refusal>): Promise<void> {
    try {
      this.#settle(exchange, await outcome);
    } catch (thrown) {
      this.#deps.answers.fail(exchange, thrown);
    }
  }

  #settle(exchange: Exchange, outcome: EdgeReply | Refusal): void {
    if ('refused' in outcome) this.#deps.answers.refuse(exchange, outcome);
    else this.#deps.answers.reply(exchange, outcome);
  }

  /**
   * Refuses while the body may still be on the wire. A short one whose keys decide how the answer is spelled is taken first; of a long
   * one only a bounded rest is, and then the connection closes.
   */
  #refuse(exchange: Exchange, refusal: Refusal, mayTakeBody = true): void {
    const { answers, settings } = this.#deps;
    const { raw, res, compiled } = exchange;
    if (exchange.bodyState !== 'unread' || awaitsContinue(raw)) return answers.refuse(exchange, refusal);
    const isShort = announcedBytes(raw.headers) <= Math.min(settings.bodyLimitBytes, compiled.bodyLimit);
    if (!isShort) {
      answers.refuse(exchange, refusal, true);
      endAfterBody(raw, res, { bytes: settings.refusedBodyBytes, ms: settings.refusedBodyMs });
    } else if (mayTakeBody && settings.answerSpelling === 'client' && isJson(raw.headers)) {
      exchange.heldRefusal = refusal;
      this.#takeBody(exchange);
    } else answers.refuse(exchange, refusal);
  }

  #refuseHeld(exchange: Exchange, refusal: Refusal, bytes: Buffer): void {
    const decoded = bytes.length === 0 ? undefined : decodeJson(bytes, this.#deps.settings.jsonDepth);
    if (decoded?.kind === 'document') exchange.spelling = spellingOfDocument(decoded.document);
    this.#deps.answers.refuse(exchange, refusal);
  }

  /** A chunked body grew past its limit. */
  #cutOff(exchange: Exchange): void {
    exchange.bodyState = 'unread';
    this.#refuse(exchange, tooLarge(exchange.compiled.bodyLimit), false);
  }

  #abandon(exchange: Exchange): void {
    if (exchange.isAnswered) return;
    exchange.isAnswered = true;
    exchange.span?.end({ attributes: { 'error.type': 'abandoned' } });
    this.#deps.progress.abandoned();
  }
}

function beginSpan(tracing: Tracing, { compiled, raw, traceId }: Exchange): Span {
  const { method, path } = compiled.route;
  const { traceparent } = raw.headers;
  return tracing.serve({
    name: `${method} ${path}`,
    traceId,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    attributes: { 'http.request.method': method, 'http.route': path },
  });
}
