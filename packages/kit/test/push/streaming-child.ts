import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { createHealth, createHttpServer, createLogger, createMetrics, createPooledRandom, createSystemClock, OpenStreams, type PushStream, type Route } from '@traffic-tacos/kit';

/** A server whose only route streams, in a process of its own: its parent says `tell`, and asks for its memory. */
const clock = createSystemClock();
const limits = { ...DEFAULT_LIMITS, pushStreamsPerAddress: DEFAULT_LIMITS.pushStreams };
const streams = new OpenStreams({ clock, limits });
const open = new Set<PushStream>();
const route: Route = {
  method: 'GET', path: '/news', access: 'anyone', summary: 'News',
  handle: () => ({
    status: 200,
    events: (stream) => {
      open.add(stream);
      stream.onEnd(() => void open.delete(stream));
    },
  }),
};
const metrics = createMetrics({ processMetrics: false });
const logger = createLogger({ service: 'streams', level: 'error', destination: 2 });
const server = createHttpServer({
  name: 'streams', routes: [route], verifier: { verify: () => ({ userId: 'nobody', roles: [] }) }, logger, metrics, clock, random: createPooledRandom(), health: createHealth(),
  about: { version: '0' }, streams,
});
const { port } = await server.listen(0, '127.0.0.1');

const ANSWERS = {
  tell: () => {
    for (const stream of open) stream.send({ id: '1', name: 'news', data: { position: 4_711, status: 'waiting', etaSec: 42 } });
    return open.size;
  },
  memory: () => {
    globalThis.gc?.();
    return process.memoryUsage().rss;
  },
  close: async () => {
    const closed = await server.close(20_000);
    metrics.close();
    return closed.kind;
  },
};

process.on('message', (asked: keyof typeof ANSWERS) => void answer(asked));
process.send?.({ port });

async function answer(asked: keyof typeof ANSWERS): Promise<void> {
  process.send?.({ [asked]: await ANSWERS[asked]() });
  if (asked === 'close') process.disconnect?.();
}
