import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkerService } from '@traffic-tacos/contracts';
import { ProcessPaymentResultRequest } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { durationMs, SeededRandom } from '@traffic-tacos/kernel';
import { createMetrics, createResources, createSystemClock, createTracing, UpstreamFailure, type GrpcChannel } from '@traffic-tacos/kit';
import { channelsOf } from '../src/channels.ts';
import { openProxy } from './support/tcp-proxy.ts';

/** More than any breaker looks at before it opens. */
const CALLS = 40;
const FAR_MS = durationMs(60_000);

async function reasonOf(channel: GrpcChannel): Promise<string> {
  const request = ProcessPaymentResultRequest.create({});
  return channel.call(WorkerService.processPaymentResult, request).then(() => 'answered', (error: unknown) => (error instanceof UpstreamFailure ? error.reason : String(error)));
}

/** Why each of so many calls to a service that is away came to nothing. */
async function reasonsWhileAway(isBehind: boolean): Promise<ReadonlySet<string>> {
  const network = await openProxy(1);
  network.become('cut');
  const address = `127.0.0.1:${network.port}`;
  const resources = createResources();
  const random = new SeededRandom(1);
  const settings = { breaker: { failureRatio: 0.5, openMs: FAR_MS, windowMs: 10_000, leastCalls: 20, trials: 3 } };
  const open = channelsOf(
    { peers: { inventory: address, reservation: address, payment: address, gateway: address, worker: address }, channels: { inventoryTimeoutMs: FAR_MS, gatewayTimeoutMs: FAR_MS, settings } },
    { clock: createSystemClock(), random, tracing: createTracing({ random, sampling: 0, recorder: undefined }) },
    { metrics: createMetrics({ processMetrics: false }), resources, credentialFor: () => undefined },
  );
  const channel = open('worker', FAR_MS, { isBehind });
  const reasons = new Set<string>();
  for (let i = 0; i < CALLS; i++) reasons.add(await reasonOf(channel));
  await resources.closeAll(5_000);
  await network.close();
  return reasons;
}

test('I3: what is repeated until it is done is asked each time, however often it failed; a breaker refuses only what somebody waits for', async () => {
  assert.deepEqual(await reasonsWhileAway(true), new Set(['unreachable']));
  assert.ok((await reasonsWhileAway(false)).has('breaker_open'));
});
