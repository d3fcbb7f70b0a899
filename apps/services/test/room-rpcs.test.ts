import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdmissionService, AnnouncementService, timestampOf } from '@traffic-tacos/contracts';
import { Announcement, DeliverAnnouncementsRequest } from '@traffic-tacos/contracts/proto/gateway/v1/announcement';
import { GetAdmissionStateRequest, VoidTokenRequest } from '@traffic-tacos/contracts/proto/reservation/v1/admission';
import { connectGrpc } from '@traffic-tacos/kit/testing';
import { withSeparate, type SeparateLayout } from './support/separate.ts';

const TOKEN_ID = `rtk_${'1'.repeat(26)}`;
const SPENT = Announcement.create({ id: `${TOKEN_ID}.1`, type: 'admission.spent', reservationId: `rsv_${'1'.repeat(26)}`, tokenId: TOKEN_ID });

/** The three methods between waiting rooms and reservations, each with a request that is right. */
function calls({ services }: SeparateLayout) {
  const gateway = connectGrpc(services.gateway.grpcAddress);
  const reservation = connectGrpc(services.reservation.grpcAddress);
  const soon = timestampOf(4_000_000_000_000);
  return {
    close: () => [gateway, reservation].forEach((client) => client.close()),
    deliver: (metadata: Readonly<Record<string, string>>, announcements = [SPENT]) => gateway.call(AnnouncementService.deliverAnnouncements, DeliverAnnouncementsRequest.create({ announcements }), metadata),
    voidToken: (metadata: Readonly<Record<string, string>>, tokenId = TOKEN_ID, expiresAt = soon) => reservation.call(AdmissionService.voidToken, VoidTokenRequest.create({ tokenId, expiresAt }), metadata),
    state: (metadata: Readonly<Record<string, string>>) => reservation.call(AdmissionService.getAdmissionState, GetAdmissionStateRequest.create({}), metadata),
  };
}

test('what waiting rooms and reservations ask of each other is for services alone, each for the one that it calls', () =>
  withSeparate(async (on) => {
    const { close, deliver, voidToken, state } = calls(on);
    try {
      const user = { authorization: await on.bearer('alice', 'admin') };
      const [toGateway, toReservation] = await Promise.all((['gateway', 'reservation'] as const).map(async (audience) => ({ authorization: `Bearer ${await on.credentialFor(audience)}` })));
      assert.ok(toGateway !== undefined && toReservation !== undefined);
      const codes = async (call: (metadata: Readonly<Record<string, string>>) => Promise<{ readonly code: string }>, right: Readonly<Record<string, string>>, wrong: Readonly<Record<string, string>>) =>
        Promise.all([{}, user, wrong, right].map(async (metadata) => (await call(metadata)).code));
      const expected = ['UNAUTHENTICATED', 'PERMISSION_DENIED', 'UNAUTHENTICATED', 'OK'];
      assert.deepEqual(await codes((metadata) => deliver(metadata), toGateway, toReservation), expected);
      assert.deepEqual(await codes((metadata) => voidToken(metadata), toReservation, toGateway), expected);
      assert.deepEqual(await codes(state, toReservation, toGateway), expected);
      assert.equal((await voidToken(toReservation)).response?.voided, true);
      assert.equal((await voidToken(toReservation, 'rtk_none')).code, 'INVALID_ARGUMENT');
      assert.equal((await voidToken(toReservation, TOKEN_ID, timestampOf(-1))).code, 'INVALID_ARGUMENT');
      assert.equal((await deliver(toGateway, [{ ...SPENT, reservationId: 'nothing' }])).code, 'INVALID_ARGUMENT');
      assert.equal((await deliver(toGateway, [{ ...SPENT, tokenId: '' }])).code, 'INVALID_ARGUMENT');
      assert.equal((await deliver(toGateway, Array.from({ length: 257 }, () => SPENT))).code, 'INVALID_ARGUMENT');
      assert.equal((await deliver(toGateway)).response?.taken, 1, 'of a token that no room knows nothing follows');
    } finally {
      close();
    }
  }));
