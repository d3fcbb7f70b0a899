import type { Clock, Limits } from '@traffic-tacos/kernel';
import { refuse, type LiveSettings, type Refusal } from '@traffic-tacos/kit';
import type { AuditTrail } from '../../ports/audit-trail.ts';
import type { Maintenance } from '../../ports/maintenance.ts';
import type { Reconciliation } from '../../ports/reconciliation.ts';
import type { RoomControls } from '../../ports/room-controls.ts';

export interface AdminChangeDeps {
  readonly trail: AuditTrail;
  /** Undefined where no waiting room runs in this process. */
  readonly rooms: RoomControls | undefined;
  /** Undefined where nobody compares the records of all services. */
  readonly reconciliation: Reconciliation | undefined;
  readonly maintenance: Maintenance | undefined;
  readonly settings: LiveSettings;
  readonly clock: Clock;
  readonly limits: Limits;
}

export const REASON_CHARS = 500;

export const notPossible = (field: string, reason: string): Refusal => refuse('OPERATION_NOT_POSSIBLE', { details: [{ field, reason }] });
export const EVENT_NEEDED = refuse('INVALID_REQUEST', { details: [{ field: 'parameters', reason: 'must name an event_id' }] });
