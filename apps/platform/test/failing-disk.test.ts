import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimDisk, type DiskOperation } from '@traffic-tacos/journal/testing';
import { createLogger } from '@traffic-tacos/kit';
import { codeOf, withPlatform, type Answer } from '@traffic-tacos/platform/testing';

const silent = createLogger({ service: 'platform', level: 'silent', destination: 2 });

for (const operation of ['append', 'sync'] as const satisfies readonly DiskOperation[]) {
  test(`S3: a failing ${operation} during holds: 503, nothing more is acknowledged, the process is told to end, and the next start is consistent`, async () => {
    const disk = new SimDisk({ seed: 3 });
    let failedAtMs = 0;
    const held: string[] = [];
    await withPlatform(
      async (on) => {
        await on.event('evt_1', 200, 1, { purchase_limit: 1_000 });
        const alice = await on.user('alice');
        const before = await Promise.all(Array.from({ length: 20 }, (_, i) => alice.hold('evt_1', [`A-${i + 1}`])));
        held.push(...before.map(({ id }) => id));
        disk.fail(operation, 0, true);
        const startedAtMs = performance.now();
        const during = await Promise.all(Array.from({ length: 50 }, (_, i) => alice.hold('evt_1', [`A-${i + 100}`])));
        const after = await alice.hold('evt_1', ['A-90']);
        assert.ok([...during, after].every((answer) => answer.status === 503 && codeOf(answer) === 'SERVICE_UNAVAILABLE'), statuses(during));
        assert.ok(failedAtMs > 0 && failedAtMs - startedAtMs < 5_000, 'the failure was not reported');
        assert.equal((await alice.get('gateway', '/actuator/health/liveness')).status, 200);
        assert.equal((await alice.get('gateway', '/readyz')).status, 503);
        assert.equal((await alice.get('reservation', `/v1/reservations/${held[0] ?? ''}`)).status, 503);
      },
      { machine: { disk }, onFailed: () => (failedAtMs = performance.now()), logger: silent },
    );
    await withPlatform(
      async (again) => {
        const user = await again.user('alice');
        for (const id of held) assert.equal((await user.get('reservation', `/v1/reservations/${id}`)).body['status'], 'HOLD');
      },
      { machine: { disk: disk.powerCut(4) } },
    );
  });
}

const statuses = (answers: readonly Answer[]): string => answers.map(({ status }) => status).join();
