import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import type { ReserveCommand } from '../domain/commands.ts';
import { SMALL_EVENT, eventDocument, holdCommand, reservationId } from '../testing/builders.ts';
import type { MakeStore, StoreUnderTest } from './inventory-store-suite.ts';

const MINUTE = 60_000;

/** What every store does for callers that may be repeating themselves. */
export function reserveSuite(makeStore: MakeStore): void {
  const open = async (): Promise<StoreUnderTest> => {
    const under = await makeStore();
    await under.store.putEvent(eventDocument(SMALL_EVENT));
    return under;
  };
  const command = (n: number, changes: Partial<ReserveCommand> = {}): ReserveCommand => ({ ...holdCommand(n, changes), idempotencyKey: 'k', ...changes });

  /** What came of a command: the kind, and the reservation whose hold it is. */
  const reserved = async ({ store }: StoreUnderTest, asked: ReserveCommand): Promise<readonly unknown[]> => {
    const outcome = await store.reserve(asked);
    return 'hold' in outcome ? [outcome.kind, outcome.hold.reservationId] : [outcome.kind];
  };

  describe('reserve', () => {
    it('I7, S7: a repeat under the same key gets the first hold, whatever reservation id it brings, and makes no other', async () => {
      const under = await open();
      assert.deepEqual(await reserved(under, command(1)), ['held', reservationId(1)]);
      assert.deepEqual(await reserved(under, command(2)), ['exists', reservationId(1)]);
      assert.deepEqual(await reserved(under, command(1)), ['exists', reservationId(1)]);
      assert.equal(await under.store.holdStatus(reservationId(2)), undefined);
      assert.equal((await under.store.holdStatus(reservationId(1)))?.standsAlone, true);
    });

    it('I7: the same key for other places is a conflict; another user, event or key is another request', async () => {
      const under = await open();
      await under.store.putEvent(eventDocument({ ...SMALL_EVENT, id: 'evt_other' }));
      await reserved(under, command(1));
      for (const changes of [{ seatIds: ['R-A-2'] }, { quantity: 1 }, { seatIds: ['R-A-1'], section: 'R' }]) {
        assert.deepEqual(await reserved(under, command(2, changes)), ['idempotency_conflict'], JSON.stringify(changes));
      }
      assert.deepEqual(await reserved(under, command(3, { userId: 'bob', seatIds: ['R-A-2'] })), ['held', reservationId(3)]);
      assert.deepEqual(await reserved(under, command(4, { eventId: 'evt_other' })), ['held', reservationId(4)]);
      assert.deepEqual(await reserved(under, command(5, { idempotencyKey: 'l', seatIds: ['S1'] })), ['held', reservationId(5)]);
    });

    it('a key whose hold has ended counts as new, whichever way it ended, and from its instant on', async () => {
      const under = await open();
      const { store, clock } = under;
      await reserved(under, command(1));
      await store.release({ reservationId: reservationId(1) });
      assert.deepEqual(await reserved(under, command(2, { seatIds: ['R-A-2'] })), ['held', reservationId(2)]);
      clock.advance(MINUTE - 1);
      assert.deepEqual(await reserved(under, command(3, { seatIds: ['R-A-2'] })), ['exists', reservationId(2)]);
      clock.advance(1);
      assert.deepEqual(await reserved(under, command(3)), ['held', reservationId(3)]);
    });

    it('a key whose hold was sold still answers that hold, and after a return counts as new', async () => {
      const under = await open();
      await reserved(under, command(1));
      const sold = await under.store.commit({ reservationId: reservationId(1) });
      const again = await under.store.reserve(command(2));
      assert.deepEqual(again.kind === 'exists' && [again.hold.reservationId, again.hold.state], [reservationId(1), 'committed']);
      await under.store.returnSeats({ orderId: 'orderId' in sold ? sold.orderId : '' });
      assert.deepEqual(await reserved(under, command(2)), ['held', reservationId(2)]);
    });

    it('a key is forgotten after its time, at the instant', async () => {
      const under = await open();
      const { store, clock } = under;
      await reserved(under, command(1));
      await store.commit({ reservationId: reservationId(1) });
      clock.advance(DEFAULT_LIMITS.idempotencyTtlMs - 1);
      assert.deepEqual(await reserved(under, command(2)), ['exists', reservationId(1)]);
      clock.advance(1);
      assert.deepEqual(await reserved(under, command(2, { seatIds: ['R-A-2'] })), ['held', reservationId(2)]);
    });

    it('a refusal is not remembered, and a command that contradicts itself is refused before its key is looked for', async () => {
      const under = await open();
      await reserved(under, command(1, { userId: 'bob' }));
      assert.deepEqual(await reserved(under, command(2)), ['seat_unavailable']);
      assert.deepEqual(await reserved(under, command(3, { seatIds: ['R-A-2'] })), ['held', reservationId(3)]);
      assert.deepEqual(await reserved(under, command(4, { seatIds: ['R-A-2', 'R-A-2'] })), ['command_invalid']);
    });

    it('without a key, and under a key that is new, the reservation id is the identity', async () => {
      const under = await open();
      assert.deepEqual(await reserved(under, command(1, { idempotencyKey: undefined })), ['held', reservationId(1)]);
      assert.deepEqual(await reserved(under, command(1)), ['exists', reservationId(1)]);
      assert.deepEqual(await reserved(under, command(2)), ['exists', reservationId(1)], 'the key stands for that hold now');
      assert.deepEqual(await reserved(under, command(1, { idempotencyKey: 'l', seatIds: ['R-A-2'] })), ['exists_with_different_seats', reservationId(1)]);
    });
  });
}
