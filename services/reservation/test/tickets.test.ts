import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { amountMinor, count, durationMs, epochMs, ManualClock, type CurrencyCode, type OrderId } from '@traffic-tacos/kernel';
import { createTestIssuer } from '@traffic-tacos/kit/testing';
import { loadOrCreateTicketSigner, ticketKeyPath } from '../src/adapters/embedded/ticket-keys.ts';
import { checkTicket } from '../src/application/check-ticket.ts';
import { earlierTicketCode, ticketCode } from '../src/application/ticket-code.ts';
import { orderOfTicket, verifyTicket } from '../src/application/ticket-signature.ts';
import type { Order } from '../src/domain/order.ts';
import type { Reservation } from '../src/domain/reservation.ts';
import type { TicketSigner } from '../src/ports/ticket-signer.ts';

const ORDER_ID: OrderId = `ord_${'0'.repeat(25)}7`;
const ORDER: Order = {
  id: ORDER_ID, version: 1, status: 'CONFIRMED', paymentIntentId: `pay_${'0'.repeat(26)}`, createdAtMs: epochMs(1_700_000_000_500), ticketSecret: { w0: 1, w1: 2, w2: 3, w3: -4 },
};
const TICKET = { ticketId: `tkt_${'0'.repeat(25)}7-1`, seatId: 'A-12' };
const EVENT = { eventId: 'evt_가' };

async function within(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tacos-tickets-'));
  try {
    await body(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

const withSigner = (body: (signer: TicketSigner) => Promise<void> | void): Promise<void> => within(async (dir) => body(await loadOrCreateTicketSigner(dir)));
const keysOf = ({ publicKeys }: TicketSigner) => publicKeys.map((key) => ({ ...key }));

describe('a ticket’s code', () => {
  it('is verified with the published key alone, and says event, seat, ticket and order', () =>
    withSigner((signer) => {
      const code = ticketCode(ORDER, EVENT, TICKET, signer);
      const ticket = { ticketId: TICKET.ticketId, orderId: ORDER_ID, eventId: 'evt_가', seatId: 'A-12', issuedAtSeconds: 1_700_000_000 };
      assert.deepEqual(verifyTicket(code, keysOf(signer)), { kind: 'genuine', ticket });
      const standing = ticketCode(ORDER, EVENT, { ticketId: TICKET.ticketId.replace('-1', '-2'), seatId: undefined }, signer);
      assert.deepEqual(verifyTicket(standing, keysOf(signer)), { kind: 'genuine', ticket: { ...ticket, ticketId: TICKET.ticketId.replace('-1', '-2'), seatId: undefined } });
    }));

  it('fits into a QR code that a cheap scanner reads, and is the same whenever it is shown, also after a restart', () =>
    within(async (dir) => {
      const code = ticketCode(ORDER, EVENT, TICKET, await loadOrCreateTicketSigner(dir));
      // 20-M, 97 modules a side, takes 666 bytes.
      assert.ok(code.length <= 400, `${code.length} characters`);
      assert.equal(ticketCode(ORDER, EVENT, TICKET, await loadOrCreateTicketSigner(dir)), code);
    }));

  it('is the same when it has been signed beside other work, however many are, and however often it is asked for', () =>
    withSigner(async (signer) => {
      const claims = Array.from({ length: 1_000 }, (_, i) => ({ sub: TICKET.ticketId.replace('-1', `-${i + 1}`), event: EVENT.eventId, iat: 1_700_000_000 }));
      const prepared = claims.map((each) => signer.prepare(each));
      const half = claims.filter((_, i) => i % 2 === 0).map((each) => signer.sign(each));
      await Promise.all(prepared);
      const codes = claims.map((each) => signer.sign(each));
      assert.deepEqual(codes.filter((_, i) => i % 2 === 0), half);
      for (const [i, code] of codes.entries()) {
        const verdict = verifyTicket(code, keysOf(signer));
        assert.equal(verdict.kind === 'genuine' ? verdict.ticket.ticketId : verdict.kind, claims[i]?.sub);
      }
    }));

  it('with any one character changed, or of another key, is none', () =>
    withSigner(async (signer) => {
      const code = ticketCode(ORDER, EVENT, TICKET, signer);
      for (let at = 0; at < code.length; at++) {
        const other = code[at] === 'A' ? 'B' : 'A';
        const verdict = verifyTicket(`${code.slice(0, at)}${other}${code.slice(at + 1)}`, keysOf(signer));
        assert.notEqual(verdict.kind, 'genuine', `character ${at}`);
      }
      await withSigner((stranger) => {
        assert.equal(verifyTicket(code, keysOf(stranger)).kind, 'unknown_key');
        const renamed = keysOf(stranger).map((key) => ({ ...key, kid: signer.publicKeys[0]?.kid ?? '' }));
        assert.equal(verifyTicket(code, renamed).kind, 'signature_wrong');
      });
    }));

  it('is nothing that can be made without the key: no algorithm, an HMAC with the public key, a token of the same key', () =>
    withSigner((signer) => {
      const [, payload = ''] = ticketCode(ORDER, EVENT, TICKET, signer).split('.');
      const kid = signer.publicKeys[0]?.kid ?? '';
      const head = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url');
      const forged = [head({ alg: 'none', typ: 'ticket+jwt', kid }), head({ alg: 'HS256', typ: 'ticket+jwt', kid }), head({ alg: 'EdDSA', typ: 'JWT', kid }), head({ alg: 'EdDSA', typ: 'ticket+jwt' })];
      for (const each of forged) for (const end of ['', 'AAAA']) assert.equal(verifyTicket(`${each}.${payload}.${end}`, keysOf(signer)).kind, 'not_a_ticket');
      for (const text of ['', '.', '..', 'a.b.c', 'x'.repeat(10_000), '한.글.표', `${head([])}.${payload}.`, `${head({ alg: 'EdDSA', typ: 'ticket+jwt', kid })}.${payload}.x.y`]) {
        assert.equal(verifyTicket(text, keysOf(signer)).kind, 'not_a_ticket', text.slice(0, 20));
      }
    }));

  it('signed with the right key over claims that are no ticket’s is none', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
    const keys = [{ kty: 'OKP', crv: 'Ed25519', x, kid: 'k' }];
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const of = (claims: unknown) => {
      const signed = `${encode({ alg: 'EdDSA', typ: 'ticket+jwt', kid: 'k' })}.${encode(claims)}`;
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
    };
    const right = { sub: TICKET.ticketId, event: 'e', iat: 1 };
    assert.equal(verifyTicket(of(right), keys).kind, 'genuine');
    const broken = keys.map((key) => ({ ...key, x: 'AA' }));
    assert.equal(verifyTicket(of(right), broken).kind, 'unknown_key', 'a published key that is none');
    for (const claims of [null, [], 'x', {}, { ...right, sub: 7 }, { ...right, sub: 'tkt_1-1' }, { ...right, sub: ORDER_ID }, { ...right, event: undefined }, { ...right, iat: '1' }]) {
      assert.equal(verifyTicket(of(claims), keys).kind, 'not_a_ticket', JSON.stringify(claims));
    }
  });

  it('S19: is no sign-in, although its key stands beside those of the tokens', () =>
    withSigner(async (signer) => {
      const clock = new ManualClock();
      const issuer = await createTestIssuer(clock);
      for (const allowUntyped of [false, true]) {
        const verifier = issuer.verifier({ keys: () => ({ keys: keysOf(signer) }), allowUntyped });
        assert.equal('refused' in (await verifier.verify(ticketCode(ORDER, EVENT, TICKET, signer))), true);
      }
    }));

  it('of before codes were signed is known by its form, and stays what it was', () => {
    assert.equal(earlierTicketCode(ORDER, TICKET.ticketId), '54fe1ce148562074414b99c5ce0b6222');
    assert.equal(ticketCode(ORDER, EVENT, TICKET, undefined), earlierTicketCode(ORDER, TICKET.ticketId));
    assert.deepEqual(verifyTicket(earlierTicketCode(ORDER, TICKET.ticketId), []), { kind: 'earlier_form' });
  });

  it('leads from the ticket to its order, and from no other text', () => {
    assert.equal(orderOfTicket(TICKET.ticketId), ORDER_ID);
    for (const text of ['', ORDER_ID, TICKET.ticketId.slice(0, -2), `${TICKET.ticketId}x`, TICKET.ticketId.replace('-1', '-0'), TICKET.ticketId.replace('tkt', 'ord'), 'tkt_-1']) assert.equal(orderOfTicket(text), undefined, text);
  });
});

describe('a ticket at a door with a connection', () => {
  const reservation: Reservation = {
    id: `rsv_${'0'.repeat(25)}7`, version: 2, eventId: 'evt_가', userId: 'alice', status: 'CONFIRMED', failure: undefined, section: undefined, seatIds: ['A-12'], quantity: count(1),
    totalMinor: amountMinor(1000), currency: 'KRW' as CurrencyCode, createdAtMs: epochMs(0), updatedAtMs: epochMs(0), holdExpiresAtMs: epochMs(0), extendedByMs: durationMs(0), paymentIntentId: undefined, sequence: 2,
  };
  const storeOf = (order: Order) => ({ readOrder: (id: string) => Promise.resolve(id === order.id ? { order, reservation } : undefined) });

  it('is looked up by its code alone; one of before codes were signed by its code and its id; VOID after a refund', () =>
    withSigner(async (tickets) => {
      const signed = ticketCode(ORDER, EVENT, TICKET, tickets);
      const earlier = earlierTicketCode(ORDER, TICKET.ticketId);
      for (const [status, order] of [['VALID', ORDER], ['VOID', { ...ORDER, version: 2, status: 'REFUNDED' }]] as const) {
        const deps = { store: storeOf(order), tickets };
        const checked = { kind: 'checked', orderId: ORDER_ID, eventId: 'evt_가', ticketId: TICKET.ticketId, seatId: 'A-12', status };
        assert.deepEqual(await checkTicket(deps, { code: signed, ticketId: undefined }), checked);
        assert.deepEqual(await checkTicket(deps, { code: earlier, ticketId: TICKET.ticketId }), checked);
      }
    }));

  it('is not found by a wrong code, without the id that an earlier one needs, or for an order that is not there', () =>
    withSigner(async (tickets) => {
      const deps = { store: storeOf(ORDER), tickets };
      const earlier = earlierTicketCode(ORDER, TICKET.ticketId);
      const elsewhere = { ...ORDER, id: `ord_${'0'.repeat(25)}8` } as const;
      const wrong = [
        { code: earlier, ticketId: undefined },
        { code: earlier.replace(/.$/, (last) => (last === '0' ? '1' : '0')), ticketId: TICKET.ticketId },
        { code: earlier, ticketId: TICKET.ticketId.replace('-1', '-2') },
        { code: earlier, ticketId: 'tkt_nonsense' },
        { code: '', ticketId: TICKET.ticketId },
        { code: ticketCode(ORDER, EVENT, { ...TICKET, ticketId: TICKET.ticketId.replace('7-1', '8-1') }, tickets), ticketId: undefined },
        { code: ticketCode(ORDER, EVENT, { ...TICKET, ticketId: TICKET.ticketId.replace('-1', '-9') }, tickets), ticketId: undefined },
      ];
      for (const question of wrong) assert.deepEqual(await checkTicket(deps, question), { kind: 'ticket_not_found' }, JSON.stringify(question));
      assert.deepEqual(await checkTicket({ store: storeOf(elsewhere), tickets }, { code: ticketCode(ORDER, EVENT, TICKET, tickets), ticketId: undefined }), { kind: 'ticket_not_found' });
    }));
});

describe('the file of ticket keys', () => {
  it('is made at the first start, random, for its owner alone; an added key signs, and older tickets stay genuine', () =>
    within(async (dir) => {
      const first = await loadOrCreateTicketSigner(dir);
      const path = ticketKeyPath(dir);
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      const before = ticketCode(ORDER, EVENT, TICKET, first);
      const { keys } = JSON.parse(await readFile(path, 'utf8')) as { readonly keys: readonly object[] };
      await writeFile(path, JSON.stringify({ keys: [...keys, generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })] }));
      const rotated = await loadOrCreateTicketSigner(dir);
      assert.notEqual(ticketCode(ORDER, EVENT, TICKET, rotated), before);
      assert.equal(verifyTicket(before, keysOf(rotated)).kind, 'genuine');
      assert.equal(rotated.publicKeys.length, 2);
      await within(async (elsewhere) => assert.notDeepEqual((await loadOrCreateTicketSigner(elsewhere)).publicKeys, first.publicKeys));
    }));

  it('that is damaged, empty, of other keys or open to others is refused by name, and no key is in the message', () =>
    within(async (dir) => {
      await loadOrCreateTicketSigner(dir);
      const path = ticketKeyPath(dir);
      const { keys } = JSON.parse(await readFile(path, 'utf8')) as { readonly keys: readonly { readonly d: string; readonly x: string }[] };
      const [key] = keys;
      const other = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
      const refused = (reason: RegExp) =>
        assert.rejects(loadOrCreateTicketSigner(dir), (error: Error) => error.name === 'TicketKeyFileRefused' && reason.test(error.message) && error.message.includes(path) && !error.message.includes(key?.d ?? ''));
      const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
      for (const text of ['', '{', '[]', '{"keys":7}', '{"keys":[]}', '{"keys":[{}]}', JSON.stringify({ keys: [rsa] }), JSON.stringify({ keys: [{ ...key, x: other.x }] }), JSON.stringify({ keys: [{ ...key, d: 'AA' }] })]) {
        await writeFile(path, text);
        await refused(/is damaged/);
      }
      await chmod(path, 0o640);
      await refused(/open to others/);
    }));
});
