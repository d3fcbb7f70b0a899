import type { AdminService, RequestOf, ResponseOf } from '@traffic-tacos/contracts';
import type { Clock, Limits } from '@traffic-tacos/kernel';
import { invalidRequest, PLATFORM_SETTINGS, refuse, requiredText, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import type { AuditTrail } from '../../ports/audit-trail.ts';
import type { Maintenance } from '../../ports/maintenance.ts';
import type { Reconciliation } from '../../ports/reconciliation.ts';
import type { RoomControls } from '../../ports/room-controls.ts';
import { audited } from './audited-call.ts';

export interface AdminChangeDeps {
  readonly trail: AuditTrail;
  /** Undefined where no waiting room runs in this process. */
  readonly rooms: RoomControls | undefined;
  /** Undefined where the records of all services are not in this process. */
  readonly reconciliation: Reconciliation | undefined;
  readonly maintenance: Maintenance | undefined;
  readonly clock: Clock;
  readonly limits: Limits;
}

type Config = typeof AdminService.updateConfig;

export const REASON_CHARS = 500;
const NAME_CHARS = 200;

export const notPossible = (field: string, reason: string): Refusal => refuse('OPERATION_NOT_POSSIBLE', { details: [{ field, reason }] });
export const EVENT_NEEDED = refuse('INVALID_REQUEST', { details: [{ field: 'parameters', reason: 'must name an event_id' }] });
const UNKNOWN_SETTING = refuse('NOT_FOUND', { details: [{ field: 'configKey', reason: 'is no setting' }] });
const NEEDS_RESTART = notPossible('configKey', 'is read once, at the start: set it in the environment and start again');

const SETTING_NAMES: ReadonlySet<string> = new Set(Object.values(PLATFORM_SETTINGS).map(({ name }) => name));

/** Settings are read once: whether there is such a one, and that it needs a restart, is all that can be said. */
export const updateConfigRpc = (deps: AdminChangeDeps): UnaryHandler<RequestOf<Config>, ResponseOf<Config>> =>
  async ({ configKey, reason }, call) => {
    const invalid = invalidRequest(requiredText('configKey', configKey, NAME_CHARS), requiredText('reason', reason, REASON_CHARS));
    if (invalid !== undefined) return invalid;
    // The value may be a secret, and is on no trail.
    return audited<ResponseOf<Config>>(deps.trail, call, { action: 'UpdateConfig', target: configKey, details: { reason } }, () =>
      Promise.resolve(SETTING_NAMES.has(configKey) ? NEEDS_RESTART : UNKNOWN_SETTING));
  };
