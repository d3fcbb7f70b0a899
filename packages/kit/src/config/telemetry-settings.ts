import type { TelemetrySettings } from '../tracing/telemetry.ts';
import type { PlatformSettings } from './platform-settings.ts';

/** Where the settings want spans and metrics to go. */
export function telemetrySettings(settings: Pick<PlatformSettings, 'otlpEndpoint' | 'otlpMetricsUrl' | 'traceSampling'>): TelemetrySettings {
  const { otlpEndpoint, otlpMetricsUrl, traceSampling } = settings;
  const base = otlpEndpoint?.replace(/\/+$/, '');
  return {
    tracesUrl: base === undefined ? undefined : `${base}/v1/traces`,
    metricsUrl: otlpMetricsUrl ?? (base === undefined ? undefined : `${base}/v1/metrics`),
    sampling: traceSampling,
  };
}
