import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { grpcService, type GrpcClientTls, type GrpcServerTls } from '../src/index.ts';
import { withGrpcServer, withTlsFiles } from '../src/testing.ts';
import { call, withClient } from './grpc/calls.ts';
import { withChannel } from './grpc/channels.ts';
import { SHOP_AUTHZ, SHOP_METHODS } from './grpc/shop.ts';

const SHOP = grpcService({ definition: SHOP_METHODS, handlers: { look: () => ({ text: 'safe' }) } });

const withShop = <T>(tls: GrpcServerTls, body: (address: string) => Promise<T>): Promise<T> =>
  withGrpcServer({ services: [SHOP], authz: SHOP_AUTHZ, settings: { tls } }, ({ address }) => body(address));

/** The answer's text, or why there was none. */
const lookOver = (address: string, tls: GrpcClientTls): Promise<string> =>
  withChannel(
    address,
    async ({ channel }) => {
      try {
        const answer = await channel.call(SHOP_METHODS.look, {});
        return answer.kind === 'answered' ? answer.response.text : answer.refusal.status;
      } catch (failure) {
        return (failure as { readonly reason: string }).reason;
      }
    },
    { settings: { tls } },
  );

test('TLS: a client that trusts the authority is served, one that does not, or speaks plaintext, is not', async () => {
  await withTlsFiles(async ({ ca, serverKey, serverCert, strangerCert }) => {
    await withShop({ keyFile: serverKey, certFile: serverCert }, async (address) => {
      assert.equal(await lookOver(address, { caFile: ca }), 'safe');
      assert.equal(await lookOver(address, { caFile: ca, serverName: 'shop.test' }), 'safe');
      assert.equal(await lookOver(address, { caFile: ca, serverName: 'other.test' }), 'unreachable');
      assert.equal(await lookOver(address, { caFile: strangerCert }), 'unreachable');
      assert.equal((await withClient(address, (client) => call(client, SHOP_METHODS.look, {}))).code, 'UNAVAILABLE');
    });
  });
});

test('TLS: a certificate must be for the address that was called, or for the name that was expected', async () => {
  await withTlsFiles(async ({ ca, namedKey, namedCert }) => {
    await withShop({ keyFile: namedKey, certFile: namedCert }, async (address) => {
      assert.equal(await lookOver(address, { caFile: ca }), 'unreachable');
      assert.equal(await lookOver(address, { caFile: ca, serverName: 'shop.test' }), 'safe');
    });
  });
});

test('mTLS: only clients with a certificate of the authority are served', async () => {
  await withTlsFiles(async ({ ca, serverKey, serverCert, clientKey, clientCert, strangerKey, strangerCert }) => {
    await withShop({ keyFile: serverKey, certFile: serverCert, clientCaFile: ca }, async (address) => {
      assert.equal(await lookOver(address, { caFile: ca, keyFile: clientKey, certFile: clientCert }), 'safe');
      assert.equal(await lookOver(address, { caFile: ca }), 'unreachable');
      assert.equal(await lookOver(address, { caFile: ca, keyFile: strangerKey, certFile: strangerCert }), 'unreachable');
    });
  });
});

test('S20: connections that break off in the middle of TLS harm nobody', async () => {
  await withTlsFiles(async ({ ca, serverKey, serverCert }) => {
    await withShop({ keyFile: serverKey, certFile: serverCert }, async (address) => {
      for (const bytes of ['', 'GET / HTTP/1.1\r\n\r\n', '\u0016\u0003\u0001\u0002\u0000\u0001']) {
        const broken = connect(Number(address.split(':')[1]), '127.0.0.1');
        await once(broken, 'connect');
        broken.write(bytes, 'latin1');
        broken.resetAndDestroy();
        await once(broken, 'close');
      }
      assert.equal(await lookOver(address, { caFile: ca }), 'safe');
    });
  });
});

test('TLS: files that are missing, no PEM, or do not belong together keep server and client from starting, by name', async () => {
  await withTlsFiles(async ({ ca, serverKey, serverCert, strangerKey, garbage, missing }) => {
    const servers: readonly GrpcServerTls[] = [
      { keyFile: missing, certFile: serverCert },
      { keyFile: garbage, certFile: serverCert },
      { keyFile: strangerKey, certFile: serverCert },
      { keyFile: serverKey, certFile: serverCert, clientCaFile: garbage },
    ];
    for (const tls of servers) {
      const named = Object.values(tls).find((file) => [missing, garbage, strangerKey].includes(file)) ?? '';
      await assert.rejects(withShop(tls, async () => undefined), ({ name, message }: Error) => name === 'UnusableTlsFile' && message.includes(named));
    }
    const clients: readonly GrpcClientTls[] = [{ caFile: missing }, { caFile: garbage }, { caFile: ca, keyFile: strangerKey, certFile: serverCert }];
    for (const tls of clients) await assert.rejects(lookOver('127.0.0.1:1', tls), { name: 'UnusableTlsFile' });
  });
});
