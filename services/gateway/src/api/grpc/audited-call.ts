import type { GrpcCall, Refusal } from '@traffic-tacos/kit';
import { isRefusal } from '../../errors.ts';
import type { AuditTrail } from '../../ports/audit-trail.ts';

/** What an admin asks for, as it stands on the trail. */
export interface Asked {
  /** `common.v1.AdminService` unless given. */
  readonly service?: string;
  /** `TriggerOperation` */
  readonly action: string;
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const DETAIL_CHARS = 2_000;
const TARGET_CHARS = 200;

/** What is asked stands on the trail before anything is done, and its outcome after it; the entry's number names the action. */
export async function audited<Response extends object>(trail: AuditTrail, call: GrpcCall, asked: Asked, act: (id: string) => Promise<Response | Refusal>): Promise<Response | Refusal> {
  const action = {
    actor: actorOf(call),
    action: `${asked.service ?? 'common.v1.AdminService'}/${asked.action}`,
    target: asked.target.slice(0, TARGET_CHARS),
    details: JSON.stringify(asked.details).slice(0, DETAIL_CHARS),
    address: call.peer,
    traceId: call.traceId,
  };
  const { sequence } = await trail.record({ ...action, outcome: 'asked' });
  const answer = await act(`action-${sequence}`);
  await trail.record({ ...action, outcome: isRefusal(answer) ? answer.refused : 'OK' });
  return answer;
}

/** A person by their id, a service by its name. */
function actorOf({ caller }: GrpcCall): string {
  if (caller.kind === 'user') return caller.userId;
  return caller.kind === 'service' ? `service ${caller.name}` : caller.kind;
}
