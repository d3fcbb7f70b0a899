import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ConnectionPool } from '../src/load/connection-pool.ts';
import type { HttpConnection } from '../src/load/http-connection.ts';
import { eachSlot } from '../src/load/slots.ts';

const WITHIN_MS = 20_000;

async function withServer(handle: (response: ServerResponse) => void, use: (url: URL, server: Server) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => handle(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  try {
    await use(new URL(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`), server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = performance.now() + WITHIN_MS; !isSo(); await setImmediate()) assert.ok(performance.now() < deadline, 'it never came');
}

const answer = (response: ServerResponse): void => void response.end('{}');

test('every slot begins, however long those before took, and is told as the instant at which it should have begun', async () => {
  const startedMs = performance.now() - 1_000;
  const begun: number[] = [];
  await eachSlot({ perSecond: 1_000, startedMs, seconds: 1.05 }, (sinceMs) => void begun.push(sinceMs - startedMs));
  assert.equal(begun.length, 1_050);
  assert.deepEqual([begun[0], begun[1], begun[1_049]], [0, 1, 1_049]);
});

test('what finds no connection free waits for one, and nothing is lost', () =>
  withServer(answer, async (url) => {
    const pool = new ConnectionPool(url, 2);
    let [underWay, most, ended] = [0, 0, 0];
    for (let asked = 0; asked < 50; asked++) {
      pool.run(async (connection) => {
        most = Math.max(most, ++underWay);
        const { status } = await connection.send('GET', '/', '');
        underWay--;
        ended++;
        return status === 200;
      });
    }
    await pool.idle();
    pool.close();
    assert.deepEqual([ended, most], [50, 2]);
  }));

test('a connection that the server has closed is opened again, and whoever uses it next notices nothing', () =>
  withServer(answer, async (url, server) => {
    const pool = new ConnectionPool(url, 1);
    const used: HttpConnection[] = [];
    for (let round = 1; round <= 3; round++) {
      pool.run(async (connection) => {
        assert.equal((await connection.send('GET', '/', '')).status, 200);
        used.push(connection);
        return true;
      });
      await until(() => used.length === round);
      await pool.idle();
      server.closeAllConnections();
      await until(() => used.every(({ isOpen }) => !isOpen));
    }
    pool.close();
    assert.equal(new Set(used).size, 3);
  }));

test('a pool that is closed ends what is under way, and what waits never begins', () =>
  withServer(() => undefined, async (url) => {
    const pool = new ConnectionPool(url, 1);
    const ended: string[] = [];
    const begin = (name: string): void => pool.run((connection) => connection.send('GET', '/', '').then(() => true, () => {
      ended.push(name);
      return false;
    }));
    begin('first');
    begin('second');
    pool.close();
    await until(() => ended.length > 0);
    await setImmediate();
    assert.deepEqual(ended, ['first']);
  }));
