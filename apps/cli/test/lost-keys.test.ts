import { strict as assert } from 'node:assert';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '@traffic-tacos/kit/testing';
import { call } from './support/buyer.ts';
import { startUp } from './support/running-platform.ts';
import { scratchDirectory } from './support/tacos.ts';

test('a start that finds a journal and no keys says loudly, in the log and on standard error, that all tokens are void, and goes on', async (t) => {
  const dataDir = scratchDirectory(t);
  const logFile = join(dataDir, 'log');
  const port = String(await freePort());
  const first = await startUp(dataDir, ['--sample'], { LOG_FILE: logFile, GATEWAY_PORT: port });
  const token = (await first.tacos('token', '--user', 'u1')).stdout.trim();
  assert.doesNotMatch((await first.stop()).stderr, /WARNING/);
  rmSync(join(dataDir, 'keys'), { recursive: true });

  const second = await startUp(dataDir, [], { LOG_FILE: logFile, GATEWAY_PORT: port });
  const orders = async (bearer: string): Promise<number> => (await call(second.addresses.gateway, bearer, 'GET', '/api/v1/orders')).status;
  const fresh = (await second.tacos('token', '--user', 'u1')).stdout.trim();
  assert.deepEqual([await orders(token), await orders(fresh)], [401, 200]);
  const { code, stderr } = await second.stop();
  assert.equal(code, 0);
  assert.ok(stderr.includes(`WARNING: ${join(dataDir, 'keys')} was missing beside a journal`), stderr);
  assert.match(stderr, /Every token signed before is void: all people sign in again\..*\n경고: /);
  const told = readFileSync(logFile, 'utf8').split('\n').filter((line) => line.includes('every token signed before is void'));
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /"level":"error"/);
});

test('no start but that one says so: not the first one, nor one that finds its keys', async (t) => {
  const dataDir = scratchDirectory(t);
  for (let start = 0; start < 2; start++) {
    const platform = await startUp(dataDir, ['--sample']);
    assert.doesNotMatch((await platform.stop()).stderr, /void/);
  }
});
