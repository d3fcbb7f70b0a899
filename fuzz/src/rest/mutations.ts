import { BODY_MUTATIONS } from './body-mutations.ts';
import { FRAMING_MUTATIONS } from './framing-mutations.ts';
import { HEADER_MUTATIONS } from './header-mutations.ts';
import type { RestMutations } from './mutation.ts';
import { PATH_MUTATIONS } from './path-mutations.ts';

/** All that can be wrong with a request, by name. */
export const REST_MUTATIONS: RestMutations = { ...BODY_MUTATIONS, ...HEADER_MUTATIONS, ...PATH_MUTATIONS, ...FRAMING_MUTATIONS };
