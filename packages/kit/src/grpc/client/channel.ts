import { status, type Client, type Metadata, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import type { Clock, Random } from '@traffic-tacos/kernel';
import type { ErrorCode } from '../../errors/error-table.ts';
import type { Family } from '../../metrics/family.ts';
import type { Histogram } from '../../metrics/cells.ts';
import { METRICS } from '../../metrics/metric-table.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { createTraceIds, type TraceIds } from '../../http/trace.ts';
import { UnrecordedSpan, type Span } from '../../tracing/span.ts';
import { traceparentOf } from '../../tracing/traceparent.ts';
import type { Tracing } from '../../tracing/tracing.ts';
import type { ErrorMode } from '../grpc-call.ts';
import { createStatusMeter, type StatusMeter } from '../status-meters.ts';
import { CircuitBreaker, type BreakerState, type BreakerTicket } from './circuit-breaker.ts';
import { DEFAULT_GRPC_CHANNEL_SETTINGS, type GrpcChannelSettings } from './settings.ts';
import { createTransport, metadataOf } from './transport.ts';
import { endedAttempt, type FailedAttempt, type UpstreamAnswer } from './upstream-answer.ts';
import { UpstreamFailure, type UpstreamFailureReason } from './upstream-failure.ts';

/** What a channel to one service is made of. */
export interface GrpcChannelOptions {
  /** The service's name, in metrics and failures. */
  readonly target: string;
  /** `127.0.0.1:8021` */
  readonly address: string;
  /** Its decision time moves the breaker; its wall time sets deadlines, because grpc-js counts those on the wall clock. */
  readonly clock: Clock;
  /** For the part of a wait that is left to chance. */
  readonly random: Random;
  readonly metrics: Metrics;
  /** Whose token calls carry that bring none of their own: a service credential. Asked for each call; a promise is waited for. */
  readonly credential?: () => string | Promise<string>;
  /** What a client of ours is told when this service cannot be asked. `SERVICE_UNAVAILABLE` unless given. */
  readonly unavailableAs?: ErrorCode;
  /**
   * How the service is to say that it decided against a request. `response` unless given: in the answer's `error`. `status`: as a refusal,
   * whose reason is the code of the error table, of which several share one code in an `error`.
   */
  readonly errorMode?: ErrorMode;
  readonly settings?: Partial<GrpcChannelSettings>;
  /** The spans of this process: a call belongs to the one in whose work it is made. */
  readonly tracing?: Tracing | undefined;
  /** Resolves after so many ms. The runtime's timer unless given. */
  readonly delay?: (ms: number) => Promise<void>;
}

/** What goes with one call. */
export interface UpstreamCall {
  /** Sent as metadata; the request's own field is the caller's to fill. A call with a key may be repeated. */
  readonly idempotencyKey?: string | undefined;
  /** The call changes nothing, or nothing more when repeated. */
  readonly isIdempotent?: boolean | undefined;
  /** The trace that it belongs to, where that is another than of the request being worked on. */
  readonly traceId?: string | undefined;
  /** On the wall clock, where the asker has a deadline of its own. */
  readonly deadlineMs?: number | undefined;
  /** A user's token, in place of the channel's credential. */
  readonly token?: string | undefined;
}

export interface GrpcChannel {
  /** Rejects with `UpstreamFailure`, an `Unavailable`, when there is no answer to be had in time. */
  call<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options?: UpstreamCall,
  ): Promise<UpstreamAnswer<Response>>;
  readonly breakerState: BreakerState;
  close(): void;
}

export function createGrpcChannel(options: GrpcChannelOptions): GrpcChannel {
  return new ResilientChannel(options);
}

const STATE_VALUES: Readonly<Record<BreakerState, number>> = { closed: 0, half_open: 1, open: 2 };
const U32 = 2 ** 32;
const NOTHING: UpstreamCall = {};

const runtimeDelay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const asBytes = (bytes: Buffer): Buffer => bytes;

type AskedMethod<Response> = Pick<MethodDefinition<unknown, Response>, 'path' | 'responseDeserialize'>;

/** One call between its attempts. */
interface Running<Response> {
  readonly method: AskedMethod<Response>;
  readonly bytes: Buffer;
  readonly metadata: Metadata;
  readonly deadlineMs: number;
  readonly mayRepeat: boolean;
}

class ResilientChannel implements GrpcChannel {
  readonly #options: GrpcChannelOptions;
  readonly #settings: GrpcChannelSettings;
  readonly #delay: (ms: number) => Promise<void>;
  readonly #client: Client;
  readonly #breaker: CircuitBreaker;
  readonly #durations: Family<Histogram>;
  readonly #meters = new Map<string, StatusMeter>();
  readonly #traceIds: TraceIds;
  #running = 0;
  #isClosed = false;

  constructor(options: GrpcChannelOptions) {
    const { target, address, clock, metrics, delay = runtimeDelay } = options;
    this.#options = options;
    this.#traceIds = createTraceIds(options.random);
    this.#settings = { ...DEFAULT_GRPC_CHANNEL_SETTINGS, ...options.settings };
    this.#delay = delay;
    this.#client = createTransport(address, this.#settings);
    this.#durations = metrics.histogram(METRICS.grpcClientDuration);
    const states = metrics.gauge(METRICS.circuitBreakerState);
    const state = states.with(target);
    state.set(STATE_VALUES.closed);
    this.#breaker = new CircuitBreaker(this.#settings.breaker, clock, (next) => state.set(STATE_VALUES[next]));
  }

  get breakerState(): BreakerState {
    return this.#breaker.state;
  }

  close(): void {
    this.#isClosed = true;
    this.#client.close();
  }

  async call<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: UpstreamCall = NOTHING,
  ): Promise<UpstreamAnswer<Response>> {
    // A request that cannot be written is a bug of ours and no failure of theirs.
    const bytes = method.requestSerialize(request);
    if (this.#running >= this.#settings.callsAtOnce) throw this.#failure('too_many_calls');
    const span = this.#beginSpan(method.path, options.traceId);
    this.#running++;
    let isFailed = true;
    try {
      const answer = await this.#repeat(await this.#prepare(method, bytes, options, span));
      isFailed = false;
      return answer;
    } finally {
      this.#running--;
      span?.end({ isFailed });
    }
  }

  /** A call with a trace of its own is no part of another's work: a result that is followed up while a request happens to run. */
  #beginSpan(path: string, traceId: string | undefined): Span | undefined {
    const around = this.#options.tracing?.active;
    if (around !== undefined && (traceId === undefined || around.traceId === traceId)) return around.child(path.slice(1), 'client', { 'rpc.system': 'grpc' });
    return traceId === undefined ? undefined : new UnrecordedSpan(traceId, this.#traceIds.newSpanId());
  }

  async #prepare<Response>(method: AskedMethod<Response>, bytes: Buffer, options: UpstreamCall, span: Span | undefined): Promise<Running<Response>> {
    const { idempotencyKey } = options;
    const deadlineMs = Math.min(this.#options.clock.wallMs() + this.#settings.timeoutMs, options.deadlineMs ?? Infinity);
    const asked = options.token ?? this.#options.credential?.();
    const token = asked instanceof Promise ? await this.#inTime(asked, deadlineMs) : asked;
    return {
      method,
      bytes,
      metadata: metadataOf({ token, idempotencyKey, traceparent: span === undefined ? undefined : traceparentOf(span), errorMode: this.#options.errorMode }),
      deadlineMs,
      mayRepeat: options.isIdempotent === true || idempotencyKey !== undefined,
    };
  }

  /** Whoever waits for a credential waits no longer than for an answer. */
  #inTime(asked: Promise<string>, deadlineMs: number): Promise<string> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(this.#failure('timed_out')), deadlineMs - this.#options.clock.wallMs());
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  }

  async #repeat<Response>(running: Running<Response>): Promise<UpstreamAnswer<Response>> {
    for (let repeats = 0; ; repeats++) {
      // Whoever still asks while the process ends finds nobody, which is no fault of theirs or ours.
      if (this.#isClosed) throw this.#failure('unreachable');
      const ticket = this.#breaker.enter();
      if (ticket === undefined) throw this.#failure('breaker_open');
      const ended = await this.#attempt(running, ticket);
      if (ended.kind !== 'failed') return ended;
      const waitMs = this.#waitBeforeRepeat(running, ended, repeats);
      if (waitMs === undefined) throw this.#failure(ended.isTimeout ? 'timed_out' : 'unreachable', ended);
      await this.#delay(waitMs);
    }
  }

  #attempt<Response>(running: Running<Response>, ticket: BreakerTicket): Promise<UpstreamAnswer<Response> | FailedAttempt> {
    const { method, bytes, metadata, deadlineMs } = running;
    const allowedMs = deadlineMs - this.#options.clock.wallMs();
    const startedMs = performance.now();
    return new Promise((resolve) => {
      const ended = (error: ServiceError | null, response?: Response): void => {
        this.#meterOf(method.path)(error === null ? status.OK : error.code, (performance.now() - startedMs) / 1000);
        if (error === null) {
          this.#breaker.succeeded(ticket);
          resolve({ kind: 'answered', response: response as Response });
        } else resolve(this.#judge(error, ticket, allowedMs));
      };
      this.#client.makeUnaryRequest(method.path, asBytes, method.responseDeserialize, bytes, metadata, { deadline: deadlineMs }, ended);
    });
  }

  /** Whoever had hardly any time was not slow for the other side's sake. */
  #judge(error: ServiceError, ticket: BreakerTicket, allowedMs: number): FailedAttempt | UpstreamAnswer<never> {
    const ended = endedAttempt(error);
    if (ended.kind === 'refused') this.#breaker.succeeded(ticket);
    else if (ended.isTimeout && allowedMs * 2 < this.#settings.timeoutMs) this.#breaker.undecided(ticket);
    else this.#breaker.failed(ticket);
    return ended;
  }

  /** Undefined: the call is not to be repeated, or there is no time for it. */
  #waitBeforeRepeat(running: Pick<Running<unknown>, 'mayRepeat' | 'deadlineMs'>, ended: FailedAttempt, repeats: number): number | undefined {
    const { retries, backoffMs, greatestBackoffMs } = this.#settings;
    if (!running.mayRepeat || !ended.isRepeatable || repeats >= retries) return undefined;
    const backoff = Math.min(greatestBackoffMs, backoffMs * 2 ** repeats);
    const jittered = (backoff / 2) * (1 + this.#options.random.u32() / U32);
    const waitMs = Math.max(jittered, ended.retryAfterMs ?? 0);
    return this.#options.clock.wallMs() + waitMs < running.deadlineMs ? waitMs : undefined;
  }

  #failure(reason: UpstreamFailureReason, ended?: FailedAttempt): UpstreamFailure {
    const { target, unavailableAs = 'SERVICE_UNAVAILABLE' } = this.#options;
    return new UpstreamFailure(target, reason, reason === 'timed_out' ? 'UPSTREAM_TIMEOUT' : unavailableAs, ended?.cause, ended?.retryAfterMs);
  }

  #meterOf(path: string): StatusMeter {
    let meter = this.#meters.get(path);
    if (meter === undefined) {
      const [, service = '', method = ''] = path.split('/');
      meter = createStatusMeter(this.#durations, service, method);
      this.#meters.set(path, meter);
    }
    return meter;
  }
}
