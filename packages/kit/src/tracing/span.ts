export type SpanKind = 'server' | 'client' | 'internal';

export type SpanAttributes = Readonly<Record<string, string | number>>;

/** How what a span tells of came to its end. */
export interface SpanEnd {
  /** By a fault that is no client's doing. */
  readonly isFailed?: boolean;
  readonly attributes?: SpanAttributes;
}

/** A piece of work in a trace. */
export interface Span {
  /** 32 hex digits in small letters. */
  readonly traceId: string;
  /** 16 of them. */
  readonly spanId: string;
  /** Whether it is recorded, and exported; those that other processes begin under it are then, too. */
  readonly isSampled: boolean;
  /** A piece of this work. Under a span that is not recorded it is that span itself, and costs nothing. */
  child(name: string, kind: SpanKind, attributes?: SpanAttributes): Span;
  /** Once, when the work is done. */
  end(how?: SpanEnd): void;
}

/** Where a recorded span stands. */
export interface SpanPlace {
  readonly traceId: string;
  /** In another process; undefined where the trace begins. */
  readonly parentSpanId: string | undefined;
}

/** Records spans and exports them. */
export interface SpanRecorder {
  begin(name: string, kind: SpanKind, place: SpanPlace, attributes: SpanAttributes): Span;
  /** Exports what is left; resolves within a few seconds whether or not somebody takes it. */
  close(): Promise<void>;
}

/** A span that only has its ids: it keeps traces together across processes, and is told to nobody. */
export class UnrecordedSpan implements Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled = false;

  constructor(traceId: string, spanId: string) {
    this.traceId = traceId;
    this.spanId = spanId;
  }

  child(): Span {
    return this;
  }

  end(): void {}
}
