import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it came. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where there is none. */
  readonly parentSpanId: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** `service.name` of who sent it. */
  readonly service: string;
  readonly isFailed: boolean;
}

/** The last value of a metric's points, by their labels as text; of histograms their count. */
export type ReceivedMetrics = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** A collector that takes OTLP over HTTP with JSON, for tests. */
export interface OtlpReceiver {
  /** As `OTEL_EXPORTER_OTLP_ENDPOINT` wants it. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  readonly metrics: ReceivedMetrics;
  /** Resolves when there are such spans; rejects when there are none in time. */
  spansOf(traceId: string, atLeast: number): Promise<readonly ReceivedSpan[]>;
  close(): Promise<void>;
}

interface WireValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
}
type WireAttributes = readonly { readonly key: string; readonly value: WireValue }[];
interface WirePoint {
  readonly attributes: WireAttributes;
  readonly asDouble?: number;
  readonly count?: number | string;
}
interface WireMetric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly WirePoint[] };
  readonly gauge?: { readonly dataPoints: readonly WirePoint[] };
  readonly histogram?: { readonly dataPoints: readonly WirePoint[] };
}
interface WireSpan extends Pick<ReceivedSpan, 'name' | 'traceId' | 'spanId' | 'kind'> {
  readonly parentSpanId?: string;
  readonly attributes: WireAttributes;
  readonly status: { readonly code: number };
}
interface Wire {
  readonly resourceSpans?: readonly { readonly resource: { readonly attributes: WireAttributes }; readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[] }[];
  readonly resourceMetrics?: readonly { readonly scopeMetrics: readonly { readonly metrics: readonly WireMetric[] }[] }[];
}

const WITHIN_MS = 60_000;
const FAILED = 2;

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const metrics = new Map<string, Map<string, number>>();
  let arrived = Promise.withResolvers<void>();
  const take = async (request: IncomingMessage): Promise<void> => {
    const chunks: Buffer[] = await request.toArray();
    const { resourceSpans = [], resourceMetrics = [] } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Wire;
    spans.push(...spansIn(resourceSpans));
    for (const { scopeMetrics } of resourceMetrics) for (const scope of scopeMetrics) for (const metric of scope.metrics) metrics.set(metric.name, pointsOf(metric));
    arrived.resolve();
    arrived = Promise.withResolvers();
  };
  const server = createServer((request, response) => {
    take(request).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      () => response.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const spansOf: OtlpReceiver['spansOf'] = async (traceId, atLeast) => {
    const late = AbortSignal.timeout(WITHIN_MS);
    for (;;) {
      const found = spans.filter((span) => span.traceId === traceId);
      if (found.length >= atLeast) return found;
      await Promise.race([arrived.promise, new Promise((_, reject) => void late.addEventListener('abort', () => reject(new TooFewSpans(found, atLeast))))]);
    }
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    metrics,
    spansOf,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

class TooFewSpans extends Error {
  override readonly name = 'TooFewSpans';

  constructor(found: readonly ReceivedSpan[], wanted: number) {
    super(`${found.length} of ${wanted} spans came: ${found.map(({ name }) => name).join(', ')}`);
  }
}

const spansIn = (resources: NonNullable<Wire['resourceSpans']>): readonly ReceivedSpan[] =>
  resources.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map(({ name, traceId, spanId, parentSpanId = '', kind, attributes, status }) => ({
        name, traceId, spanId, parentSpanId, kind, attributes: valuesOf(attributes), service: String(valuesOf(resource.attributes)['service.name']), isFailed: status.code === FAILED,
      })),
    ),
  );

const valuesOf = (attributes: WireAttributes): Readonly<Record<string, string | number>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue ?? value.doubleValue)]));

function pointsOf({ sum, gauge, histogram }: WireMetric): Map<string, number> {
  const points = sum?.dataPoints ?? gauge?.dataPoints ?? histogram?.dataPoints ?? [];
  return new Map(points.map(({ attributes, asDouble, count }) => [Object.values(valuesOf(attributes)).join(' '), asDouble ?? Number(count)]));
}
