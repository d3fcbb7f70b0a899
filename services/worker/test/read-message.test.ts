import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { rulesFor } from '../src/domain/bus-rules.ts';
import { idOfMessage, readMessage } from '../src/domain/read-message.ts';
import { PAY, resultOf, RSV, TRACE, wakeUp } from './worker-world.ts';

const read = (message: unknown) => readMessage(JSON.stringify(message));
const without = (message: { readonly detail: object }, ...names: readonly string[]) => ({
  ...message, detail: Object.fromEntries(Object.entries(message.detail).filter(([name]) => !names.includes(name))),
});

describe('a message', () => {
  it('is read from the envelope of EventBridge', () => {
    assert.deepEqual(read(resultOf(1)), { kind: 'payment_result', type: 'payment.approved', messageId: `${PAY}.1`, paymentIntentId: PAY, reservationId: RSV, traceId: TRACE });
  });

  it('is read from the flat shape, with names in either case', () => {
    const { detail } = resultOf(2, 'payment.refunded');
    const flat = { id: `${PAY}.2`, type: 'payment.refunded', source: 'payment.service', detail: { reservationId: RSV, paymentIntentId: PAY, sequence: detail.sequence }, time: '', trace_id: TRACE };
    assert.deepEqual(read(flat), { kind: 'payment_result', type: 'payment.refunded', messageId: `${PAY}.2`, paymentIntentId: PAY, reservationId: RSV, traceId: TRACE });
  });

  it('S10: is a wake-up by each of its names, also without a sequence as older senders write it', () => {
    for (const type of ['reservation.hold.due', 'reservation.expired', 'RESERVATION.HOLD.EXPIRED']) {
      assert.deepEqual(read(wakeUp('w1', type)), { kind: 'hold_due', type: 'reservation.hold.due', reservationId: RSV, traceId: TRACE }, type);
    }
    assert.deepEqual(read({ id: '1', 'detail-type': 'reservation.expired', source: 'old', detail: { reservation_id: RSV } }), {
      kind: 'hold_due', type: 'reservation.hold.due', reservationId: RSV, traceId: '0'.repeat(32),
    });
  });

  it('with a sequence tells that a hold has ended, from which nothing follows', () => {
    assert.deepEqual(read({ ...wakeUp('w1', 'reservation.expired'), detail: { reservation_id: RSV, sequence: 2 } }), { kind: 'nothing', type: 'reservation.expired' });
  });

  it('that cannot be read says why', () => {
    assert.deepEqual(readMessage('{'), { kind: 'unreadable', type: 'unknown', reason: 'is no JSON object' });
    assert.deepEqual(read([1]), { kind: 'unreadable', type: 'unknown', reason: 'is no JSON object' });
    assert.deepEqual(read({ type: 'order.shipped' }), { kind: 'unreadable', type: 'unknown', reason: 'nothing is done about messages of type "order.shipped"' });
    assert.deepEqual(read(without(resultOf(1), 'reservation_id')), { kind: 'unreadable', type: 'payment.approved', reason: 'names no payment, or no reservation' });
    assert.deepEqual(read({ type: 'reservation.hold.due', detail: { reservation_id: 'rsv_1' } }), { kind: 'unreadable', type: 'reservation.hold.due', reason: 'names no reservation' });
  });

  it('has no id that could end a line of a terminal, hide what stands in it, or fill the memory of who remembers it', () => {
    for (const id of ['', 'two words', 'line\nbreak', '\u001b[2J', '\u009b2J', 'x'.repeat(256)]) {
      assert.equal(idOfMessage(JSON.stringify(wakeUp(id))), undefined, id);
      const result = { ...resultOf(1), id, detail: { ...resultOf(1).detail, id } };
      assert.deepEqual(read(result), { kind: 'unreadable', type: 'payment.approved', reason: 'has no id of 1 to 255 visible characters' }, id);
    }
    assert.equal(idOfMessage(JSON.stringify({ id: 'outer', detail: { id: null } })), 'outer');
    assert.deepEqual(['x'.repeat(255), 'a/b%00'].map((id) => idOfMessage(JSON.stringify(wakeUp(id)))), ['x'.repeat(255), 'a/b%00']);
    assert.deepEqual(read({ type: 'ship\u001b[2J\nped' }), { kind: 'unreadable', type: 'unknown', reason: 'nothing is done about messages of type "ship?[2J?ped"' });
  });

  it('of any content is read, or says that it cannot be', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => ['hold_due', 'payment_result', 'nothing', 'unreadable'].includes(readMessage(body).kind)), { numRuns: 500 });
  });
});

it('an event that no rule covers is found', () => {
  const event = { source: 'payment.service', detailType: 'Payment Status Updated', detail: resultOf(1).detail };
  assert.equal(rulesFor(event).length, 1);
  assert.equal(rulesFor({ ...event, detailType: 'Payment Made' }).length, 0);
  assert.equal(rulesFor({ ...event, detail: { ...event.detail, type: 'payment.lost' } }).length, 0);
});
