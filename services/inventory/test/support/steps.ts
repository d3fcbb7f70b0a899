import fc from 'fast-check';
import type { Step } from './model-run.ts';

const RESERVATIONS = 12;
const id = fc.nat({ max: RESERVATIONS - 1 });
const user = fc.constantFrom('alice', 'bob', 'carol');
/** Mostly nobody says whose hold it is; sometimes the right one, sometimes a wrong one does. */
const claim = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: user });
/** Holds last some ten milliseconds and steps of time are about as long, so that expiries are met exactly, just before and after. */
const forMs = fc.constantFrom(9, 10, 11);

const seats = fc.uniqueArray(fc.constantFrom('R-A-1', 'R-A-2', 'R-A-3', 'S1', 'S2'), { minLength: 1, maxLength: 3 });
/** Mostly a reservation is its first user's, so that repeats differ in other things than the user. */
const whose = fc
  .tuple(id, fc.option(user, { freq: 4, nil: undefined }))
  .map(([n, other]) => ({ id: n, user: other ?? ['alice', 'bob', 'carol'][n % 3] ?? 'alice' }));
const bySeats = fc
  .record({ whose, seats, forMs })
  .map(({ whose: of, ...ask }) => ({ ...of, ...ask, quantity: ask.seats.length, section: undefined, apart: false }));
const byQuantity = fc
  .record({ whose, quantity: fc.integer({ min: 1, max: 4 }), section: fc.constantFrom(undefined, 'R', 'S', 'P'), apart: fc.boolean(), forMs })
  .map(({ whose: of, ...ask }) => ({ ...of, ...ask, seats: undefined }));
const hold = fc.oneof(bySeats, byQuantity).map((ask): Step => ({ kind: 'hold', ask }));

const end = fc.record({ kind: fc.constantFrom('commit', 'reacquire', 'release', 'expire', 'return'), id, user: claim });
const extend = fc.record({ kind: fc.constant('extend'), id, user: claim, byMs: fc.constantFrom(0, 1, 5, 20, 21) });
const tick = fc.record({ kind: fc.constant('tick'), ms: fc.constantFrom(1, 2, 8, 9, 10, 11) });
const sweep = fc.record({ kind: fc.constant('sweep'), limit: fc.integer({ min: 1, max: 3 }) });
const change = fc.record({
  kind: fc.constant('change'),
  section: fc.nat({ max: 2 }),
  what: fc.constantFrom('seats', 'capacity', 'price', 'block', 'limit'),
  to: fc.nat({ max: 9 }),
});

/** Random steps of buyers, sweepers, organizers and time. */
export const steps = (maxLength: number): fc.Arbitrary<readonly Step[]> =>
  fc.array<Step>(
    fc.oneof(
      { weight: 8, arbitrary: hold },
      { weight: 6, arbitrary: end as fc.Arbitrary<Step> },
      { weight: 1, arbitrary: extend as fc.Arbitrary<Step> },
      { weight: 4, arbitrary: tick as fc.Arbitrary<Step> },
      { weight: 1, arbitrary: fc.constant<Step>({ kind: 'look' }) },
      { weight: 1, arbitrary: sweep as fc.Arbitrary<Step> },
      { weight: 1, arbitrary: change as fc.Arbitrary<Step> },
    ),
    { minLength: 1, maxLength, size: 'max' },
  );
