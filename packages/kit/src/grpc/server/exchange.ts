import type { EventEmitter } from 'node:events';
import type { ServerDuplexStream, ServerUnaryCall, ServerWritableStream, StatusObject } from '@grpc/grpc-js';
import type { TraceIds } from '../../http/trace.ts';
import type { Span } from '../../tracing/span.ts';
import type { ErrorMode, GrpcCall, GrpcCaller } from '../grpc-call.ts';
import type { CompiledMethod } from './compiled-method.ts';

/** A call as grpc-js hands it over. Messages are bytes: the edge decodes them when it is their turn. */
export type RawCall =
  | ServerUnaryCall<Buffer, Buffer>
  | ServerWritableStream<Buffer, Buffer>
  | ServerDuplexStream<Buffer, Buffer>;

/** Ends a call: with a status that is no success, or with null and the response where there is one. */
export type Finish = (failure: Partial<StatusObject> | null, response?: Buffer) => void;

const NOBODY: GrpcCaller = Object.freeze({ kind: 'nobody' });

/** One call and its answer on their way through the edge. Handlers see it as a `GrpcCall`. */
export class GrpcExchange implements GrpcCall {
  readonly compiled: CompiledMethod;
  readonly raw: RawCall;
  readonly finish: Finish;
  /** On the monotonic clock, in ms. */
  readonly startedMs: number;
  caller: GrpcCaller = NOBODY;
  idempotencyKey: string | undefined = undefined;
  isAnswered = false;
  /** Undefined where traces are not followed. */
  span: Span | undefined = undefined;
  readonly #traceIds: TraceIds;
  #traceId: string | undefined = undefined;
  #abort: AbortController | undefined = undefined;
  #isClosing = false;

  constructor(compiled: CompiledMethod, raw: RawCall, finish: Finish, traceIds: TraceIds, startedMs: number) {
    this.compiled = compiled;
    this.raw = raw;
    this.finish = finish;
    this.#traceIds = traceIds;
    this.startedMs = startedMs;
  }

  /** Made when somebody asks: most calls are answered without. */
  get traceId(): string {
    this.#traceId ??= this.#traceIds.traceIdOf({
      traceparent: this.sent('traceparent'),
      'x-trace-id': this.sent('x-trace-id'),
    });
    return this.#traceId;
  }

  get peer(): string {
    return this.raw.getPeer().replace(/:\d+$/, '');
  }

  get deadlineMs(): number {
    return Number(this.raw.getDeadline());
  }

  get errorMode(): ErrorMode {
    return this.sent('x-error-mode') === 'status' ? 'status' : 'response';
  }

  /** A function made on demand: most handlers read no metadata, and it may be passed on without this object. */
  get metadata(): (name: string) => string | undefined {
    return (name) => this.sent(name);
  }

  /** The first value under this name. */
  sent(name: string): string | undefined {
    const value = this.raw.metadata.get(name)[0];
    return typeof value === 'string' ? value : undefined;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      this.#abort = abort;
      if (this.#isClosing || this.raw.cancelled) abort.abort();
      else (this.raw as EventEmitter).once('cancelled', () => abort.abort());
    }
    return this.#abort.signal;
  }

  /** Tells the handler of a stream that the server closes, whether or not it has asked for the signal yet. */
  closeSoon(): void {
    this.#isClosing = true;
    this.#abort?.abort();
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }
}
