import type { IncomingHttpHeaders } from 'node:http';
import type { Random } from '@traffic-tacos/kernel';

/** W3C Trace Context, any version but the forbidden ff: version, trace id, parent id, flags, and whatever later versions append. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
const TRACE_ID = /^[0-9a-f]{32}$/i;
const NO_TRACE = '0'.repeat(32);

/** Names requests: continues the caller's trace, or begins one. */
export interface TraceIds {
  /** 32 hex digits in small letters. `traceparent` goes before `X-Trace-Id`; what is not valid is replaced. */
  traceIdOf(headers: IncomingHttpHeaders): string;
  newTraceId(): string;
  /** 16 hex digits, for the span of one request. */
  newSpanId(): string;
}

export function createTraceIds(random: Random): TraceIds {
  // Four words at a time are turned into hex by one native call; text built in small pieces costs four times as much.
  const words = new Uint32Array(4);
  const bytes = Buffer.from(words.buffer);
  const fresh = (count: number): string => {
    for (let i = 0; i < count; i++) words[i] = random.u32();
    return bytes.toString('hex', 0, count * 4);
  };
  const newTraceId = (): string => fresh(4);
  return {
    newTraceId,
    newSpanId: () => fresh(2),
    traceIdOf(headers) {
      const continued = continuedTraceId(headers);
      return continued === undefined ? newTraceId() : continued;
    },
  };
}

function continuedTraceId(headers: IncomingHttpHeaders): string | undefined {
  const parent = headers['traceparent'];
  if (typeof parent === 'string') {
    const traceId = TRACEPARENT.exec(parent)?.[1];
    if (traceId !== undefined && traceId !== NO_TRACE) return traceId;
  }
  const given = headers['x-trace-id'];
  if (typeof given !== 'string' || given === NO_TRACE || !TRACE_ID.test(given)) return undefined;
  return given.toLowerCase();
}
