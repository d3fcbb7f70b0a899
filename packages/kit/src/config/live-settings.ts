import { durationMs } from '@traffic-tacos/kernel';
import type { Logger } from '../logging/logger.ts';
import type { Protection } from '../protection/protection.ts';
import type { Setting, SettingsOf, SettingsSchema } from './parse-settings.ts';
import { PLATFORM_SETTINGS } from './platform-settings.ts';

/** What came of a wish to change a setting while the process runs. */
export type SettingChange =
  | { readonly kind: 'unknown' }
  /** Its value is neither read nor shown. */
  | { readonly kind: 'secret' }
  /** `reason` is the end of a sentence, as a start says it: "must be …". */
  | { readonly kind: 'malformed'; readonly reason: string }
  /** The value is right; it takes effect when it stands in the environment of the next start. */
  | { readonly kind: 'needs_restart' }
  /** Both as they would stand in the environment. `checked`: nothing was changed. */
  | { readonly kind: 'checked' | 'changed'; readonly from: string; readonly to: string };

/** The settings that this process can take on while it runs. A change ends with the process: the next one begins with its environment. */
export interface LiveSettings {
  /** Settings are known by their name and its aliases. Nothing is changed unless `applies`. */
  change(name: string, text: string, applies: boolean): SettingChange;
}

/** A value in force. */
interface LiveValue<T> {
  get(): T;
  set(value: T): void;
}

/** By the name that code uses; one that is left out is read once, at the start. */
export type LiveValues<Schema extends SettingsSchema> = { readonly [Key in keyof Schema]?: LiveValue<SettingsOf<Schema>[Key]> | undefined };

export function createLiveSettings<Schema extends SettingsSchema>(schema: Schema, values: LiveValues<Schema>): LiveSettings {
  return {
    change: (name, text, applies) => {
      const found = Object.entries(schema).find(([, declared]) => declared.name === name || declared.aliases?.includes(name) === true);
      if (found === undefined) return { kind: 'unknown' };
      const [key, declared] = found;
      // Both have the type of the setting of that key.
      return changeOne(declared, values[key] as LiveValue<unknown> | undefined, text, applies);
    },
  };
}

function changeOne({ type, secret }: Setting<unknown>, live: LiveValue<unknown> | undefined, text: string, applies: boolean): SettingChange {
  if (secret === true) return { kind: 'secret' };
  const parsed = type.parse(text.trim());
  if (parsed.kind === 'problem') return { kind: 'malformed', reason: parsed.reason };
  if (live === undefined) return { kind: 'needs_restart' };
  const from = type.format(live.get());
  if (applies) live.set(parsed.value);
  return { kind: applies ? 'changed' : 'checked', from, to: type.format(parsed.value) };
}

/** Those of one process: what it writes to its log, and from where on it sends requests away. What is off since the start stays off until the next one. */
export function liveSettings(logger: Logger, protection: Protection | undefined): LiveSettings {
  const { rateLimits, shedder } = protection?.live ?? {};
  return createLiveSettings(PLATFORM_SETTINGS, {
    logLevel: { get: () => logger.level, set: (level) => logger.setLevel(level) },
    rateLimitPerSecond: rateLimits && { get: () => rateLimits.perCaller.perSecond, set: (perSecond) => rateLimits.setPerCaller({ ...rateLimits.perCaller, perSecond }) },
    rateLimitBurst: rateLimits && { get: () => rateLimits.perCaller.burst, set: (burst) => rateLimits.setPerCaller({ ...rateLimits.perCaller, burst }) },
    shedAfterMs: shedder && { get: () => durationMs(shedder.shedAfterMs), set: (shedAfterMs) => shedder.setShedAfterMs(shedAfterMs) },
  });
}
