import { timestampOf, type AdminService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { invalidRequest, refuse, requiredText, type LiveSettings, type Refusal, type SettingChange, type UnaryHandler } from '@traffic-tacos/kit';
import { notPossible, REASON_CHARS, type AdminChangeDeps } from './admin-changes.ts';
import type { AdminReadDeps } from './admin-reads.ts';
import { audited } from './audited-call.ts';

type Rpc = typeof AdminService.updateConfig;
type Answer = ResponseOf<Rpc>;

const NAME_CHARS = 200;
const VALUE_CHARS = 1_024;

const UNKNOWN_SERVICE = refuse('NOT_FOUND', { details: [{ field: 'service', reason: 'is none of this platform' }] });
const ELSEWHERE = notPossible('service', 'runs in another process, whose settings are its own');
const UNKNOWN_SETTING = refuse('INVALID_REQUEST', { details: [{ field: 'configKey', reason: 'is no setting' }] });
const SECRET = notPossible('configKey', 'is a secret, which only the environment or a file may hold: set it there and start again');
const NEEDS_RESTART = notPossible('configKey', 'is read once, at the start: set it in the environment and start again');
/** A change is no second source of settings: the environment has the only word at a start. */
const NOTE = 'Holds until this process ends: the next start reads the environment. Set it there too if it is to stay.';

/** Changes a setting of this process, where that is possible while it runs. The values of settings that can be changed are on the trail, and no other. */
export const updateConfigRpc = (deps: Pick<AdminChangeDeps, 'trail' | 'settings' | 'clock'> & Pick<AdminReadDeps, 'known'>): UnaryHandler<RequestOf<Rpc>, Answer> =>
  async ({ service, configKey, configValue, applyImmediately, reason }, call) => {
    const invalid = invalidRequest(requiredText('configKey', configKey, NAME_CHARS), requiredText('configValue', configValue, VALUE_CHARS), requiredText('reason', reason, REASON_CHARS));
    if (invalid !== undefined) return invalid;
    const change = (applies: boolean): SettingChange => deps.settings.change(configKey, configValue, applies);
    const checked = change(false);
    const values = checked.kind === 'checked' ? { from: checked.from, to: checked.to } : {};
    return audited<Answer>(deps.trail, call, { action: 'UpdateConfig', target: configKey, details: { service, reason, applyImmediately, ...values } }, async () =>
      refusedService(deps.known.states(), service) ?? answerTo(change(applyImmediately), deps.clock.wallMs()));
  };

function refusedService(states: ReadonlyMap<string, unknown>, service: string): Refusal | undefined {
  if (service === '') return undefined;
  if (!states.has(service)) return UNKNOWN_SERVICE;
  return states.get(service) === undefined ? ELSEWHERE : undefined;
}

function answerTo(change: ReturnType<LiveSettings['change']>, wallMs: number): Answer | Refusal {
  switch (change.kind) {
    case 'unknown':
      return UNKNOWN_SETTING;
    case 'secret':
      return SECRET;
    case 'malformed':
      return refuse('INVALID_REQUEST', { details: [{ field: 'configValue', reason: change.reason }] });
    case 'needs_restart':
      return NEEDS_RESTART;
    case 'checked':
      return { updated: false, oldValue: change.from, newValue: change.to, updatedAt: undefined, error: undefined, note: 'The value is right. Nothing was changed, as apply_immediately is false.' };
    case 'changed':
      return { updated: true, oldValue: change.from, newValue: change.to, updatedAt: timestampOf(wallMs), error: undefined, note: NOTE };
  }
}
