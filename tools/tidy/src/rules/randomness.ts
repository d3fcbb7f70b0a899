import { banned } from '../banned.ts';
import { both, isProduct, not, under } from '../places.ts';

/** The files whose purpose is to be the source of randomness, of keys, or of salts. */
const SOURCES = under('packages/kit/src/time/pooled-random.ts', 'services/gateway/src/adapters');

/** Ids and draws come from the Random that was handed in, so that a run can be replayed from its seed. */
export const randomness = banned({
  name: 'randomness',
  where: both(isProduct, not(SOURCES), not(under('apps/cli'))),
  members: ['Math.random', 'crypto.randomUUID', 'crypto.getRandomValues', 'crypto.randomBytes', 'crypto.randomInt'],
  imports: {
    crypto: ['randomBytes', 'randomFill', 'randomFillSync', 'randomInt', 'randomUUID', 'randomUUIDv7', 'getRandomValues', 'webcrypto'],
  },
  instead: 'take a Random (packages/kernel) as an argument',
});
