import { INSTANT, listOf, optional, shape, text, word } from '../openapi/shapes.ts';
import type { Route } from './route.ts';

type Answers = NonNullable<Route['answers']>;

const HEALTH = shape('Health', {
  status: word('UP', 'OUT_OF_SERVICE'),
  service: text('reservation'),
  timestamp: INSTANT,
  components: optional(listOf(shape('UnreadyComponent', { name: text('journal'), status: word('OUT_OF_SERVICE'), reason: text('is replaying') }))),
});

const VERSION_SHAPE = shape('Version', { service: text('reservation'), version: text('0.1.0'), commit: optional(text()) });

export const LIVE: Answers = { 200: { description: 'The process is alive.', body: HEALTH } };

export const READY: Answers = {
  200: { description: 'The service can work.', body: HEALTH },
  503: { description: 'The service cannot work now, and says why.', body: HEALTH, headers: { 'Retry-After': 'Whole seconds to wait before another try.' } },
};

export const VERSION: Answers = { 200: { description: 'The version, and the commit where it is known.', body: VERSION_SHAPE } };

export const INFO: Answers = {
  200: {
    description: 'The version, and what it runs on.',
    body: shape('Info', { app: VERSION_SHAPE, runtime: shape('Runtime', { name: word('node'), version: text('v26.1.0') }) }),
  },
};

export const METRIC_NAMES: Answers = { 200: { description: 'The names.', body: shape('MetricNames', { names: listOf(text('http_server_requests_seconds')) }) } };

export const PROMETHEUS: Answers = { 200: { description: 'The metrics.', contentType: 'text/plain' } };
