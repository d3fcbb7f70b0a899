import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InventoryService } from '@traffic-tacos/contracts';
import { CheckAvailabilityRequest } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { createUnaryClient, UpstreamFailure, type GrpcClientTls } from '@traffic-tacos/kit';
import { withTlsFiles, type TlsFiles } from '@traffic-tacos/kit/testing';
import { until } from '@traffic-tacos/platform/testing';
import { channelTo } from './support/grpc-port.ts';
import { withSeparate, type SeparateLayout } from './support/separate.ts';

/** Nobody is waited for who refuses a connection; so there is time to find that out on a busy machine. */
const PATIENT_MS = 30_000;

/** What a stranger on the network gets of the inventory: its answer, or why there was none. */
async function ask({ services }: SeparateLayout, tls: GrpcClientTls | undefined): Promise<string> {
  const port = Number(services.inventory.grpcAddress?.split(':')[1]);
  const channel = channelTo('inventory', port, { settings: { timeoutMs: PATIENT_MS, retries: 0, tls } });
  try {
    const answer = await createUnaryClient(channel, InventoryService, { idempotent: [] }).checkAvailability(CheckAvailabilityRequest.create({ eventId: 'evt_1', quantity: 1 }));
    return answer.kind;
  } catch (thrown) {
    if (thrown instanceof UpstreamFailure) return thrown.reason;
    throw thrown;
  } finally {
    channel.close();
  }
}

/** One purchase, in which every service calls another one. */
async function purchase(on: SeparateLayout): Promise<void> {
  await on.event('evt_1', 2);
  const alice = await on.user('alice');
  const held = await alice.post('gateway', '/api/v1/reservations', { key: 'k1', body: { event_id: 'evt_1', seat_ids: ['A-1'] } });
  assert.equal(held.status, 201, held.text);
  const id = String(held.body['reservation_id']);
  await alice.pay(id, 1_000);
  await until(() => alice.get('gateway', `/api/v1/reservations/${id}`), ({ body }) => body['status'] === 'CONFIRMED');
}

const serverSide = ({ serverCert, serverKey }: TlsFiles) => ({ GRPC_TLS_CERT_FILE: serverCert, GRPC_TLS_KEY_FILE: serverKey });

test('TLS: the services trust each other by their authority, and whoever speaks plaintext or trusts another one gets nothing', () =>
  withTlsFiles((files) =>
    withSeparate(
      async (on) => {
        await purchase(on);
        const { ca: caFile, strangerCert } = files;
        assert.deepEqual([await ask(on, { caFile }), await ask(on, { caFile: strangerCert }), await ask(on, undefined)], ['answered', 'unreachable', 'unreachable']);
      },
      { environment: { ...serverSide(files), GRPC_CLIENT_CA_FILE: files.ca } },
    ),
  ));

test('mTLS: the services show each other certificates of their authority, and whoever has none, or one of another, gets nothing', () =>
  withTlsFiles((files) =>
    withSeparate(
      async (on) => {
        await purchase(on);
        const { ca: caFile, clientCert: certFile, clientKey: keyFile, strangerCert, strangerKey } = files;
        assert.equal(await ask(on, { caFile, certFile, keyFile }), 'answered');
        assert.equal(await ask(on, { caFile }), 'unreachable');
        assert.equal(await ask(on, { caFile, certFile: strangerCert, keyFile: strangerKey }), 'unreachable');
      },
      {
        environment: {
          ...serverSide(files), GRPC_TLS_CLIENT_CA_FILE: files.ca, GRPC_CLIENT_CA_FILE: files.ca, GRPC_CLIENT_CERT_FILE: files.clientCert, GRPC_CLIENT_KEY_FILE: files.clientKey,
        },
      },
    ),
  ));
