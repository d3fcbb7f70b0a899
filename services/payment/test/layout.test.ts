import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByteReader, ByteWriter, type RecordTable } from '@traffic-tacos/journal';
import { amountMinor, DEFAULT_LIMITS, epochMs, InvariantBreach } from '@traffic-tacos/kernel';
import { IntentTable } from '../src/adapters/embedded/intent-table.ts';
import { KeyTable } from '../src/adapters/embedded/key-table.ts';
import { DeliveryTable } from '../src/adapters/embedded/delivery-table.ts';
import { createPaymentTables } from '../src/adapters/embedded/payment-tables.ts';
import { ReceiverTable } from '../src/adapters/embedded/receiver-table.ts';
import { RegistrationTable } from '../src/adapters/embedded/registration-table.ts';
import type { Intent } from '../src/domain/intent.ts';
import type { KeyRecord } from '../src/domain/request-key.ts';
import type { Registration } from '../src/domain/registration.ts';
import type { WebhookDelivery } from '../src/domain/webhook.ts';
import { currencyCode } from '../src/testing/kept-reservations.ts';

const INTENT: Intent = {
  id: 'pay_01JC0000000000000000000042',
  version: 3,
  reservationId: 'rsv_01JC0000000000000000000043',
  eventId: 'evt_2025_1001',
  userId: 'usr_가',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  amountMinor: amountMinor(240_000),
  currency: currencyCode('KRW'),
  scenario: 'DELAY',
  method: 'DIGITAL_WALLET',
  status: 'COMPLETED',
  result: 'approved',
  createdAtMs: epochMs(1_700_000_000_000),
  settleAtMs: epochMs(1_700_000_003_000),
  expiresAtMs: epochMs(1_700_000_900_000),
  changedAtMs: epochMs(1_700_000_004_000),
  refundedMinor: amountMinor(1_000),
  lastRefundMinor: amountMinor(1_000),
  refundReason: 'requested',
  sequence: 2,
  factsAdded: 1,
  webhookUrl: 'https://a.example/',
};
/** As it was before an intent named its receiver. */
const INTENT_V1: Intent = { ...INTENT, webhookUrl: undefined };

const KEY: KeyRecord = {
  digest: { w0: 1, w1: 2, w2: 3, w3: -1 },
  fingerprint: { w0: 5, w1: 6, w2: 7, w3: 8 },
  operation: 'payment.refund',
  intentId: INTENT.id,
  usedAtMs: epochMs(1_700_000_000_000),
  expiresAtMs: epochMs(1_700_000_300_000),
  answeredStatus: 'REFUNDED',
  answeredChangedAtMs: epochMs(1_700_000_000_001),
  answeredRefundedMinor: amountMinor(2 ** 40),
  answeredSequence: 7,
};

const DELIVERY: WebhookDelivery = {
  webhookId: 'whk_01JC0000000000000000000042_1', version: 2, state: 'queued', url: 'https://a.example/', body: '{"a":1}', failures: 1, dueAtMs: epochMs(1_700_000_000_000),
  reason: 'answered 500',
  registered: undefined,
};

const REGISTRATION: Registration = {
  id: 'whr_01JC0000000000000000000044', version: 3, state: 'kept', slot: 31, serviceName: 'shop', url: 'https://a.example/', types: ['payment.approved', 'system.maintenance'],
  secret: 'whsec_bmV3', previous: { secret: 'whsec_b2xk', untilMs: epochMs(1_700_000_086_400) }, retries: 4, timeoutSeconds: 3, headers: [['X-Shop', '가'], ['Authorization', '']],
  registeredAtMs: epochMs(1_700_000_000_000), changedAtMs: epochMs(1_700_000_001_000),
};

/** Bytes that have been written. They are read for ever: a change of form takes a new layout version beside these. */
const INTENT_V1_WRITTEN =
    '0000930100000000000000008200000003000000000093010000000000000000830000000d0000006576745f323032355f313030310700' +
    '00007573725feab0801965f70add43cd1621eb48849c31801c00000000004c0d4157524b000205020100008056febc784200803b57febc' +
    '784200003a32ffbc784200007a57febc78420000000000408f400000000000408f40010200000001';
const WRITTEN = {
  intentV1: INTENT_V1_WRITTEN,
  /** A text follows: its length, and its bytes. */
  intentV2: `${INTENT_V1_WRITTEN}1200000068747470733a2f2f612e6578616d706c652f`,
  deliveryV1:
    '2000000077686b5f30314a43303030303030303030303030303030303030303034325f3102000000001200000068747470733a2f2f612e' +
    '6578616d706c652f070000007b2261223a317d0100000000008056febc78420c000000616e73776572656420353030',
  ownDeliveryV1:
    '2000000077686b5f30314a43303030303030303030303030303030303030303034325f310c0000000100000000070000007b2261223a31' +
    '7d0100000000008056febc78420c000000616e73776572656420353030',
  registeredDeliveryV2:
    '2000000077686b5f30314a43303030303030303030303030303030303030303034325f3102000000001200000068747470733a2f2f612e' +
    '6578616d706c652f070000007b2261223a317d0100000000008056febc78420c000000616e737765726564203530300100009301000000' +
    '0000000000840000001f',
  registrationV1:
    '0000930100000000000000008400000003000000001f0400000073686f701200000068747470733a2f2f612e6578616d706c652f020007' +
    '0a00000077687365635f626d56330000986bfebc78420a00000077687365635f6232786b04030206000000582d53686f7003000000eab0' +
    '800d000000417574686f72697a6174696f6e0000000000008056febc78420080be56febc7842',
  removedRegistrationV1:
    '0000930100000000000000008400000003000000011f0400000073686f701200000068747470733a2f2f612e6578616d706c652f020007' +
    '0000000000000000000000000000000004030000008056febc78420080be56febc7842',
  receiverV1: '000093010000000000000000820000001200000068747470733a2f2f612e6578616d706c652f',
  keyV1:
    '010000000200000003000000ffffffff05000000060000000700000008000000020000930100000000000000008200000000008056febc' +
    '78420000be9ffebc78420600108056febc7842000000000000704207000000',
};

describe('the layout of payment records', () => {
  it('reads intents of layout 1 as they were written, without a receiver', () => {
    assert.deepEqual(new IntentTable(DEFAULT_LIMITS).decode(1, new ByteReader(Buffer.from(WRITTEN.intentV1, 'hex'))), INTENT_V1);
  });

  it('reads intents of layout 2 and keys of layout 1 as they were written, and still writes them so', () => {
    roundTrip(new IntentTable(DEFAULT_LIMITS), INTENT, WRITTEN.intentV2);
    roundTrip(new KeyTable(DEFAULT_LIMITS), KEY, WRITTEN.keyV1);
  });

  it('keeps every field of a record in its row', () => {
    const sparse: Intent = { ...INTENT, method: undefined, settleAtMs: undefined, result: 'none', status: 'EXPIRED', refundReason: undefined };
    for (const each of [INTENT, INTENT_V1, sparse]) {
      const intents = new IntentTable(DEFAULT_LIMITS);
      intents.restore(each);
      assert.deepEqual(intents.find(each.id), each);
    }
    const keys = new KeyTable(DEFAULT_LIMITS);
    keys.restore(KEY);
    assert.deepEqual(keys.find(KEY.digest), KEY);
  });

  it('refuses a layout that was never written', () => {
    for (const table of createPaymentTables(DEFAULT_LIMITS).all) {
      assert.throws(() => table.decode(table.layoutVersion + 1, new ByteReader(Buffer.alloc(400))), InvariantBreach);
    }
  });

  it('reads webhooks of layout 1 and receivers as they were written', () => {
    const deliveries = new DeliveryTable(DEFAULT_LIMITS);
    assert.deepEqual(deliveries.decode(1, readerOf(WRITTEN.deliveryV1)), DELIVERY);
    assert.deepEqual(deliveries.decode(1, readerOf(WRITTEN.ownDeliveryV1)), { ...DELIVERY, url: undefined, state: 'dead', version: 12 });
    roundTrip(new ReceiverTable(), { intentId: INTENT.id, url: 'https://a.example/' }, WRITTEN.receiverV1);
  });

  it('reads webhooks of layout 2 and registered receivers as they were written, and still writes them so', () => {
    roundTrip(new DeliveryTable(DEFAULT_LIMITS), DELIVERY, `${WRITTEN.deliveryV1}00`);
    roundTrip(new DeliveryTable(DEFAULT_LIMITS), { ...DELIVERY, registered: { id: REGISTRATION.id, slot: 31 } }, WRITTEN.registeredDeliveryV2);
    roundTrip(new RegistrationTable(DEFAULT_LIMITS), REGISTRATION, WRITTEN.registrationV1);
    const first: Registration = { ...REGISTRATION, secret: '', previous: undefined, headers: [], state: 'removed' };
    roundTrip(new RegistrationTable(DEFAULT_LIMITS), first, WRITTEN.removedRegistrationV1);
  });

  it('has the record types 20 to 25, which belong to payment for ever', () => {
    assert.deepEqual(createPaymentTables(DEFAULT_LIMITS).all.map((table) => table.recordType), [20, 21, 23, 24, 25, 22]);
  });
});

const readerOf = (written: string): ByteReader => new ByteReader(Buffer.from(written, 'hex'));

function roundTrip<R>(table: RecordTable<R>, record: R, written: string): void {
  const writer = new ByteWriter();
  table.encode(record, writer);
  assert.equal(writer.bytes().toString('hex'), written);
  const reader = new ByteReader(Buffer.from(written, 'hex'));
  assert.deepEqual(table.decode(table.layoutVersion, reader), record);
  assert.equal(reader.isAtEnd, true);
}
