import { formatId } from '@traffic-tacos/kernel';
import { AuditView } from '../../src/adapters/embedded/audit-view.ts';
import type { World } from './world.ts';

/** Everything that the memory of a world holds, rows named by what they are of: equal for equal states, however they came about. */
export function dump({ memory, views, clock }: World): unknown {
  const view = new AuditView(memory);
  const { rows, buyers, users, events } = memory;
  const facts = [...events.all()].map(({ plan, version, publicVersion, number }) => ({
    plan,
    version,
    publicVersion,
    shown: views.event(plan.id, clock.nowMs()),
    map: views.seatMap(plan.id, undefined, clock.nowMs()),
    buyers: Array.from({ length: users.size }, (_, i) => buyerFacts(i + 1, number)).sort(byText),
  }));

  function buyerFacts(user: number, event: number): unknown {
    const buyer = buyers.find(user, event);
    const live: string[] = [];
    buyers.visitLive(buyer, (row) => live.push(formatId('rsv', rows.keyOf(row))) > 0);
    return [users.textOf(user), buyers.placesOf(buyer), live.sort()];
  }

  return {
    facts: facts.sort((a, b) => (a.plan.id < b.plan.id ? -1 : 1)),
    holds: [...view.holds()].sort((a, b) => (a.reservationId < b.reservationId ? -1 : 1)),
    seats: [...view.seats()],
    sections: [...view.sections()],
    due: memory.wakes.collect(clock.nowMs(), 1000).map((row) => formatId('rsv', rows.keyOf(row))).sort(),
  };
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
