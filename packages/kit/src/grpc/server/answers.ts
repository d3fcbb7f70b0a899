import { Metadata, status } from '@grpc/grpc-js';
import type { Clock } from '@traffic-tacos/kernel';
import { convertThrown } from '../../errors/convert-thrown.ts';
import type { ErrorEntry } from '../../errors/error-table.ts';
import { refuse, type ErrorRegistry } from '../../errors/registry.ts';
import { acceptedLanguage } from '../../http/accepted.ts';
import { spellDetail } from '../../http/error-document.ts';
import type { Detail, Refusal } from '../../http/route.ts';
import type { TraceIds } from '../../http/trace.ts';
import type { Logger } from '../../logging/logger.ts';
import { GRPC_ERROR_CODES, type GrpcErrorCode } from '../error-codes.ts';
import { encodeRpcStatus, STATUS_DETAILS_KEY } from '../rpc-status.ts';
import type { GrpcExchange } from './exchange.ts';
import type { GrpcRefusal } from './grpc-service.ts';

export interface GrpcAnswersDeps {
  readonly registry: ErrorRegistry;
  readonly logger: Logger;
  readonly traceIds: TraceIds;
  /** Its wall time tells a call whose deadline has passed from one that was given up. */
  readonly clock: Clock;
  readonly progress: { answered(): void };
  /** Greatest response in bytes. */
  readonly messageBytes: number;
}

/** An end that is in no error table, because it belongs to gRPC and not to the platform. */
export interface PlainStatus {
  readonly code: status;
  /** For programs, in ErrorInfo. */
  readonly reason: string;
  readonly message: string;
}

/** Bytes that are no message of the request's type. */
export class UndecodableMessage extends Error {
  override readonly name = 'UndecodableMessage';
}

/** A response over the limit. */
class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
}

/** A handler refused with a code that is in no table. */
class UnknownErrorCode extends Error {
  override readonly name = 'UnknownErrorCode';

  constructor(code: string) {
    super(`the error code ${code} is in no table`);
  }
}

const UNDECODABLE = refuse('INVALID_REQUEST', { details: [{ field: 'message', reason: 'cannot be decoded' }] });
const TOO_LARGE: PlainStatus = { code: status.RESOURCE_EXHAUSTED, reason: 'RESPONSE_TOO_LARGE', message: 'The response is too large.' };

/** Codes that are no client's doing; the log tells of them where it keeps quiet about others. */
const FAULTS: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** Puts outcomes on the wire. Each call is answered once; later attempts are dropped. */
export class GrpcAnswers {
  readonly #deps: GrpcAnswersDeps;

  constructor(deps: GrpcAnswersDeps) {
    this.#deps = deps;
  }

  reply(exchange: GrpcExchange, message: unknown): void {
    const bytes = this.encode(exchange, message);
    if (exchange.isAnswered) return;
    exchange.finish(null, bytes);
    this.#ended(exchange, status.OK);
  }

  /** Ends a stream whose messages have all been sent. */
  complete(exchange: GrpcExchange): void {
    if (exchange.isAnswered) return;
    exchange.finish(null);
    this.#ended(exchange, status.OK);
  }

  encode({ compiled }: GrpcExchange, message: unknown): Buffer {
    const bytes = compiled.definition.responseSerialize(message);
    if (bytes.length > this.#deps.messageBytes) throw new ResponseTooLarge(`${compiled.route} answers with ${bytes.length} bytes`);
    return bytes;
  }

  /** Outcomes go into the response where it has a place for them, unless the client wants statuses; all else is a status. */
  refuse(exchange: GrpcExchange, refusal: GrpcRefusal): void {
    const entry = this.#deps.registry.find(refusal.refused);
    const code = entry === undefined ? undefined : GRPC_ERROR_CODES[entry.grpc];
    if (entry === undefined || code === undefined) return this.fail(exchange, new UnknownErrorCode(refusal.refused));
    exchange.compiled.meters.refused(refusal.refused);
    const { errorTemplate } = exchange.compiled;
    if (code.isOutcome && errorTemplate !== undefined && exchange.errorMode === 'response') {
      this.reply(exchange, { ...errorTemplate, ...refusal.response, error: this.#errorField(exchange, refusal, entry, code) });
    } else this.#endWith(exchange, refusal, entry, code);
  }

  /** Ends the call with a status of gRPC's own. */
  end(exchange: GrpcExchange, plain: PlainStatus): void {
    const { code, reason, message } = plain;
    this.#finish(exchange, code, message, { reason, errorCode: '', violations: [], retryAfterMs: undefined });
  }

  /** Converts, logs and answers something thrown. */
  fail(exchange: GrpcExchange, thrown: unknown): void {
    if (thrown instanceof UndecodableMessage) return this.refuse(exchange, UNDECODABLE);
    const { refusal, isBug } = convertThrown(thrown);
    const facts = { trace_id: exchange.traceId, route: exchange.compiled.route, err: thrown };
    if (isBug) this.#deps.logger.error(facts, 'a call failed by a fault of ours');
    else this.#deps.logger.warn(facts, 'a call could not be decided');
    if (exchange.isAnswered) return;
    if (thrown instanceof ResponseTooLarge) this.end(exchange, TOO_LARGE);
    else this.refuse(exchange, refusal);
  }

  #errorField(exchange: GrpcExchange, refusal: Refusal, entry: ErrorEntry, code: GrpcErrorCode): Readonly<Record<string, unknown>> {
    return {
      code: code.number,
      message: messageOf(exchange, entry),
      traceId: exchange.traceId,
      details: detailsOf(exchange, refusal).map(({ field, reason, value = '' }) => ({ field, reason, value })),
    };
  }

  #endWith(exchange: GrpcExchange, refusal: Refusal, entry: ErrorEntry, code: GrpcErrorCode): void {
    const { retryAfterSeconds, headers } = refusal;
    this.#finish(exchange, code.status, messageOf(exchange, entry), {
      reason: refusal.refused,
      errorCode: entry.grpc,
      violations: detailsOf(exchange, refusal).map(withValue),
      retryAfterMs: retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000,
    }, headers);
  }

  /** What a refusal says in header fields over REST stands in the trailers here. */
  #finish(exchange: GrpcExchange, code: status, message: string, details: Omit<Parameters<typeof encodeRpcStatus>[2], 'traceId'>, headers: Refusal['headers'] = {}): void {
    if (exchange.isAnswered) return;
    const { traceId } = exchange;
    const metadata = new Metadata();
    for (const name in headers) metadata.set(name, headers[name] ?? '');
    metadata.set('x-trace-id', traceId);
    metadata.set(STATUS_DETAILS_KEY, encodeRpcStatus(code, message, { ...details, traceId }, code === status.INVALID_ARGUMENT));
    exchange.finish({ code, details: message, metadata });
    this.#ended(exchange, code);
  }

  #ended(exchange: GrpcExchange, sent: status): void {
    exchange.isAnswered = true;
    const { progress, logger } = this.#deps;
    const elapsedMs = performance.now() - exchange.startedMs;
    const code = exchange.raw.cancelled ? this.#codeOfCancelled(exchange) : sent;
    exchange.compiled.meters.ended(code, elapsedMs / 1000);
    exchange.span?.end({ isFailed: FAULTS.has(code), attributes: { 'rpc.grpc.status_code': code } });
    const level = FAULTS.has(code) ? 'info' : 'debug';
    if (logger.isEnabled(level)) this.#logAccess(exchange, code, elapsedMs, level);
    progress.answered();
  }

  /** Nobody has read the answer: what the client has seen is its own deadline, or its own change of mind. */
  #codeOfCancelled(exchange: GrpcExchange): status {
    return exchange.deadlineMs <= this.#deps.clock.wallMs() ? status.DEADLINE_EXCEEDED : status.CANCELLED;
  }

  #logAccess(exchange: GrpcExchange, code: status, elapsedMs: number, level: 'info' | 'debug'): void {
    const facts = {
      trace_id: exchange.traceId,
      span_id: exchange.span?.spanId ?? this.#deps.traceIds.newSpanId(),
      route: exchange.compiled.route,
      status: status[code],
      latency_ms: Math.round(elapsedMs * 1000) / 1000,
    };
    this.#deps.logger[level](facts, 'answered');
  }
}

const messageOf = (exchange: GrpcExchange, entry: ErrorEntry): string =>
  entry.message[acceptedLanguage(exchange.sent('accept-language'))];

const detailsOf = ({ compiled }: GrpcExchange, { details = [] }: Refusal): readonly Detail[] =>
  details.map((detail) => ({ ...detail, field: spellDetail(detail, compiled.fieldNames).field }));

/** A violation of google.rpc has no place for the value. */
const withValue = ({ field, reason, value }: Detail): Detail => ({ field, reason: value === undefined ? reason : `${value}: ${reason}` });
