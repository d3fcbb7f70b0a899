import { status, type sendUnaryData, type ServerDuplexStream, type ServerUnaryCall, type ServerWritableStream } from '@grpc/grpc-js';
import type { Clock } from '@traffic-tacos/kernel';
import { refuse } from '../../errors/registry.ts';
import type { Health } from '../../http/health.ts';
import type { Progress } from '../../http/progress.ts';
import type { Refusal } from '../../http/route.ts';
import type { TraceIds } from '../../http/trace.ts';
import type { ProofOfWork } from '../../protection/proof-of-work.ts';
import type { RateLimits } from '../../protection/rate-limits.ts';
import type { Span } from '../../tracing/span.ts';
import type { Tracing } from '../../tracing/tracing.ts';
import type { Admission, Entry } from './admission.ts';
import { UndecodableMessage, type GrpcAnswers, type PlainStatus } from './answers.ts';
import { takeIdempotencyKey, type CallKeyRules } from './call-key.ts';
import type { CompiledMethod } from './compiled-method.ts';
import { GrpcExchange, type Finish, type RawCall } from './exchange.ts';
import type { Handler } from './grpc-service.ts';
import { pump, requestsOf, type ResponseStream } from './pump.ts';
import type { GrpcSettings } from './settings.ts';
import { StreamRefused } from './stream-refused.ts';

export interface GrpcEdgeDeps {
  readonly answers: GrpcAnswers;
  readonly admission: Admission;
  readonly health: Health;
  readonly traceIds: TraceIds;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly settings: GrpcSettings;
  readonly tracing: Tracing | undefined;
  /** Undefined where rates are not limited. */
  readonly rateLimits: RateLimits | undefined;
  /** Undefined where no work is demanded. */
  readonly work: ProofOfWork | undefined;
}

const REFUSING = refuse('SERVICE_UNAVAILABLE', { retryAfterSeconds: 5 });
const SHED = refuse('SERVICE_UNAVAILABLE', { retryAfterSeconds: 1 });
const UNIMPLEMENTED: PlainStatus = { code: status.UNIMPLEMENTED, reason: 'UNIMPLEMENTED', message: 'The method is not implemented here.' };
const TOO_LATE: PlainStatus = { code: status.DEADLINE_EXCEEDED, reason: 'DEADLINE_EXCEEDED', message: 'The deadline had passed before it was decided.' };
const GONE: PlainStatus = { code: status.CANCELLED, reason: 'CANCELLED', message: 'The call was given up before it was decided.' };
const CLOSING: PlainStatus = { code: status.UNAVAILABLE, reason: 'SERVER_CLOSING', message: 'The server is closing; connect again.' };
const METADATA_TOO_LARGE: PlainStatus = { code: status.RESOURCE_EXHAUSTED, reason: 'METADATA_TOO_LARGE', message: 'The metadata is too large.' };

/**
 * Takes calls whose method is known through the stages in which they may be refused: too much of everything, then who is calling, then the
 * message, its key, its deadline, and then the handler, which decides everything that comes after. No stage waits unless it must, so that
 * most calls pass in one synchronous turn.
 */
export class GrpcEdge {
  readonly #deps: GrpcEdgeDeps;
  readonly #keyRules: CallKeyRules;
  /** Streams that run, so that a closing server can tell their handlers. */
  readonly #streams = new Set<GrpcExchange>();

  constructor(deps: GrpcEdgeDeps) {
    this.#deps = deps;
    const { auth, idempotencyKeyFormat, idempotencyKeyChars } = deps.settings;
    this.#keyRules = { format: idempotencyKeyFormat, maxChars: idempotencyKeyChars, isDemanded: auth === 'token' };
  }

  serveUnary(compiled: CompiledMethod, raw: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>): void {
    this.#serve(compiled, raw, respond);
  }

  serveStream(compiled: CompiledMethod, raw: ResponseStream): void {
    this.#serve(compiled, raw, (failure) => {
      // An error that grpc-js is shown becomes the status of the stream.
      if (failure === null) raw.end();
      else raw.emit('error', failure);
    });
  }

  /** The server closes: handlers of streams are told, and are expected to come to an end. */
  closeStreams(): void {
    for (const exchange of this.#streams) exchange.closeSoon();
  }

  #serve(compiled: CompiledMethod, raw: RawCall, finish: Finish): void {
    const { progress, traceIds, answers, tracing } = this.#deps;
    const exchange = new GrpcExchange(compiled, raw, finish, traceIds, performance.now());
    if (tracing !== undefined) exchange.span = beginSpan(tracing, exchange);
    progress.begun();
    try {
      this.#begin(exchange);
    } catch (thrown) {
      answers.fail(exchange, thrown);
    }
  }

  #begin(exchange: GrpcExchange): void {
    const { answers, admission, settings } = this.#deps;
    const excess = exchange.compiled.isHealth ? undefined : this.#refuseAll();
    if (excess !== undefined) return answers.refuse(exchange, excess);
    if (metadataBytes(exchange) > settings.metadataBytes) return answers.end(exchange, METADATA_TOO_LARGE);
    const entry = admission.admit(exchange);
    if (entry instanceof Promise) void this.#enterLater(exchange, entry);
    else this.#enter(exchange, entry);
  }

  #refuseAll(): Refusal | undefined {
    const { health, progress, settings } = this.#deps;
    if (health.isRefusing) return REFUSING;
    return progress.unanswered > settings.callsAtOnce ? SHED : undefined;
  }

  async #enterLater(exchange: GrpcExchange, entry: Promise<Entry>): Promise<void> {
    try {
      this.#enter(exchange, await entry);
    } catch (thrown) {
      this.#deps.answers.fail(exchange, thrown);
    }
  }

  #enter(exchange: GrpcExchange, entry: Entry): void {
    const { answers, rateLimits } = this.#deps;
    const { handler, kind, isHealth } = exchange.compiled;
    const isCountedNow = !isHealth && holderOfStranger(exchange) === undefined;
    const refusal = entry ?? (isCountedNow ? rateLimits?.checkCall(exchange) : undefined) ?? this.#demandWork(exchange);
    if (refusal !== undefined) answers.refuse(exchange, refusal);
    else if (handler === undefined) answers.end(exchange, UNIMPLEMENTED);
    else if (kind === 'bidi') this.#decideStreams(exchange, handler);
    else this.#decideOne(exchange, handler);
  }

  #demandWork(exchange: GrpcExchange): Refusal | undefined {
    const { work } = this.#deps;
    if (work === undefined || !exchange.compiled.demandsWork || exchange.caller.kind !== 'nobody') return undefined;
    return work.check(exchange.sent('x-challenge-solution'), exchange.startedMs);
  }

  #decideOne(exchange: GrpcExchange, handler: Handler): void {
    const { answers, rateLimits } = this.#deps;
    const { compiled, raw } = exchange;
    const request = decode(compiled, (raw as ServerUnaryCall<Buffer, Buffer>).request);
    const holderOf = holderOfStranger(exchange);
    const excess = holderOf === undefined ? undefined : rateLimits?.checkCall(exchange, holderOf(request));
    if (excess !== undefined) return answers.refuse(exchange, excess);
    const badKey = takeIdempotencyKey(exchange, request, this.#keyRules);
    if (badKey !== undefined) return answers.refuse(exchange, badKey);
    const tooLate = this.#isTooLate(exchange);
    if (tooLate !== undefined) return answers.end(exchange, tooLate);
    const outcome = exchange.span === undefined ? handler(request, exchange) : this.#inSpan(exchange, () => handler(request, exchange));
    if (compiled.kind === 'serverStream') void this.#stream(exchange, raw as ServerWritableStream<Buffer, Buffer>, outcome);
    else if (outcome instanceof Promise) void this.#settleLater(exchange, outcome);
    else this.#settle(exchange, outcome);
  }

  #decideStreams(exchange: GrpcExchange, handler: Handler): void {
    const raw = exchange.raw as ServerDuplexStream<Buffer, Buffer>;
    const requests = requestsOf(raw, (bytes) => decode(exchange.compiled, bytes), exchange.signal);
    void this.#stream(exchange, raw, this.#inSpan(exchange, () => handler(requests, exchange)));
  }

  #inSpan<T>({ span }: GrpcExchange, work: () => T): T {
    const { tracing } = this.#deps;
    return span === undefined || tracing === undefined ? work() : tracing.run(span, work);
  }

  /** Whoever is past their deadline, or has gone, is not decided for: their repeat is another call. */
  #isTooLate(exchange: GrpcExchange): PlainStatus | undefined {
    const { deadlineMs, raw } = exchange;
    if (deadlineMs !== Infinity && deadlineMs <= this.#deps.clock.wallMs()) return TOO_LATE;
    return raw.cancelled ? GONE : undefined;
  }

  async #settleLater(exchange: GrpcExchange, outcome: Promise<unknown>): Promise<void> {
    try {
      this.#settle(exchange, await outcome);
    } catch (thrown) {
      this.#deps.answers.fail(exchange, thrown);
    }
  }

  #settle(exchange: GrpcExchange, outcome: unknown): void {
    if (isRefusal(outcome)) this.#deps.answers.refuse(exchange, outcome);
    else this.#deps.answers.reply(exchange, outcome);
  }

  async #stream(exchange: GrpcExchange, raw: ResponseStream, outcome: unknown): Promise<void> {
    const { answers } = this.#deps;
    this.#streams.add(exchange);
    try {
      const messages = await outcome;
      if (isRefusal(messages)) return answers.refuse(exchange, messages);
      await pump(messages as AsyncIterable<unknown>, raw, (message) => answers.encode(exchange, message));
      // Watchers of health have been told by a message, which a client that sees a failure may not get to read.
      if (exchange.isClosing && !raw.cancelled && !exchange.compiled.isHealth) answers.end(exchange, CLOSING);
      else answers.complete(exchange);
    } catch (thrown) {
      // What waits for a client that has gone may end by throwing.
      if (raw.cancelled) answers.complete(exchange);
      else if (thrown instanceof StreamRefused) answers.refuse(exchange, thrown.refusal);
      else answers.fail(exchange, thrown);
    } finally {
      this.#streams.delete(exchange);
    }
  }
}

function beginSpan(tracing: Tracing, exchange: GrpcExchange): Span {
  const { route } = exchange.compiled;
  const attributes = { 'rpc.system': 'grpc', 'rpc.method': route };
  return tracing.serve({ name: route, traceId: exchange.traceId, traceparent: exchange.sent('traceparent'), attributes });
}

/** Set where whoever is not signed in is counted once it is known what they ask. */
const holderOfStranger = ({ caller, compiled }: GrpcExchange): CompiledMethod['holderOf'] => (caller.kind === 'nobody' ? compiled.holderOf : undefined);

const isRefusal = (outcome: unknown): outcome is Refusal => typeof outcome === 'object' && outcome !== null && 'refused' in outcome;

function decode({ definition, route }: CompiledMethod, bytes: Buffer): unknown {
  try {
    return definition.requestDeserialize(bytes);
  } catch (cause) {
    throw new UndecodableMessage(`these bytes are no request of ${route}`, { cause });
  }
}

/** Bytes of all names and values. They are ASCII; a binary value counts as it is, without its encoding. */
function metadataBytes({ raw }: GrpcExchange): number {
  const sent = raw.metadata.getMap();
  let bytes = 0;
  for (const name in sent) bytes += name.length + (sent[name]?.length ?? 0);
  return bytes;
}
