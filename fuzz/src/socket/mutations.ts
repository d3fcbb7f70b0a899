import type { CaseMemory, World } from '../world.ts';
import type { Draw } from '../draw.ts';
import type { SocketTarget } from '../case.ts';
import type { SocketDraft } from './draft.ts';
import { FRAME_MUTATIONS } from './frame-mutations.ts';
import { HANDSHAKE_MUTATIONS } from './handshake-mutations.ts';
import { MESSAGE_MUTATIONS } from './message-mutations.ts';

export interface SocketPlace {
  readonly target: SocketTarget;
  readonly memory: CaseMemory;
  readonly world: World;
}

/** Makes one thing of a conversation wrong. */
export interface SocketMutation {
  readonly weight: number;
  readonly apply: (draft: SocketDraft, draw: Draw, place: SocketPlace) => void;
}

export type SocketMutations = Readonly<Record<string, SocketMutation>>;

/** All that can be wrong with a conversation over a WebSocket, by name. */
export const SOCKET_MUTATIONS: SocketMutations = { ...HANDSHAKE_MUTATIONS, ...FRAME_MUTATIONS, ...MESSAGE_MUTATIONS };
