/** W3C Trace Context, any version but the forbidden ff: version, trace id, parent id, flags, and whatever later versions append. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;
const NOTHING = /^0+$/;
const SAMPLED = 1;

/** A span in another process, as its `traceparent` tells of it. */
export interface RemoteSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Undefined for what is no `traceparent`. */
export function readTraceparent(text: unknown): RemoteSpan | undefined {
  const [, traceId, spanId, flags] = (typeof text === 'string' ? TRACEPARENT.exec(text) : null) ?? [];
  if (traceId === undefined || spanId === undefined || NOTHING.test(traceId) || NOTHING.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags ?? '', 16) & SAMPLED) !== 0 };
}

export const traceparentOf = ({ traceId, spanId, isSampled }: RemoteSpan): string => `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
