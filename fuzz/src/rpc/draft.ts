import type { RpcTarget, Step } from '../case.ts';
import { Draw } from '../draw.ts';
import type { CaseMemory, Sender, World } from '../world.ts';
import { rightMessage } from './right-message.ts';
import { frameOf, writeParts, type Part } from './wire.ts';

/** A call that is being made up: right at first, until mutations have been at it. */
export interface RpcDraft {
  path: string;
  method: string;
  contentType: string | undefined;
  parts: Part[];
  /** In place of what the parts would make. */
  message: Buffer | undefined;
  /** In place of the framed message. */
  body: Buffer | undefined;
  metadata: [name: string, value: string][];
  sender: Sender;
  /** Whom a service speaks for. */
  readonly userId: string;
  /** The call is given up after so long, and need not be answered; undefined where the answer is waited for. */
  givenUpAfterMs: number | undefined;
  /** The deadline may pass before the answer comes. */
  hasDeadline: boolean;
  /** Whether the answer still tells something about the method and who may call it. */
  isOnMethod: boolean;
  /** What grpc-js answers by itself to what is no gRPC, before the platform sees it. */
  mayBreakFraming: boolean;
}

/** A stream goes on until its deadline. */
const STREAM_ENDS_AFTER = '300m';
const LISTENS_MS = 2_000;

/** Methods whose holds have no reservation behind them. */
const OF_HOLDS = /InventoryService/;

/** The right call of a step, by its user or by a service for its user. */
export function rpcDraftOf(target: RpcTarget, step: Step, memory: CaseMemory, world: World, key: string): RpcDraft {
  const draw = new Draw(step.salt);
  const { method, service, callers, isStream } = target;
  const path = `/${method.parent.typeName}/${method.name}`;
  const sender = senderFor(callers, service, memory, world, draw);
  const userId = sender.kind === 'service' || draw.chance(30) ? memory.person.sender.userId : '';
  const isOfHolds = OF_HOLDS.test(path);
  return {
    path: draw.chance(10) ? `/com.traffic_tacos.${path.slice(1)}` : path,
    method: 'POST',
    contentType: 'application/grpc',
    parts: rightMessage(method.input, { memory, draw, key, userId, isOfHolds }),
    message: undefined,
    body: undefined,
    metadata: [...(draw.chance(30) ? [['x-error-mode', 'status'] as [string, string]] : []), ...(isStream ? [['grpc-timeout', STREAM_ENDS_AFTER] as [string, string]] : [])],
    sender,
    userId,
    // With another deadline than ours it goes on for longer than anybody waits.
    givenUpAfterMs: isStream ? LISTENS_MS : undefined,
    hasDeadline: isStream,
    isOnMethod: true,
    mayBreakFraming: false,
  };
}

function senderFor(callers: ReadonlySet<string>, service: RpcTarget['service'], { person }: CaseMemory, world: World, draw: Draw): Sender {
  if (callers.has('anyone')) return world.nobody;
  if (callers.has('user') && (!callers.has('service') || draw.chance(70))) return person.sender;
  return callers.has('service') ? world.services[service] : world.admin;
}

export const bodyOf = (draft: RpcDraft): Buffer => draft.body ?? frameOf(messageOf(draft));
export const messageOf = ({ message, parts }: RpcDraft): Buffer => message ?? writeParts(parts);
