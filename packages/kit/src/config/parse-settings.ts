import type { SettingType } from './setting-types.ts';

/** One thing that an operator may set, by environment variable. */
export interface Setting<T> {
  readonly name: string;
  /** Names of earlier documents and other frameworks that mean the same. */
  readonly aliases?: readonly string[];
  readonly type: SettingType<T>;
  readonly default: T;
  /** One or two sentences: what it does, and what to consider. */
  readonly description: string;
  /** Its value is never printed, not even in a complaint about it. */
  readonly secret?: boolean;
}

/** Settings by the name that code uses. */
export type SettingsSchema = Readonly<Record<string, Setting<unknown>>>;

export type SettingsOf<Schema extends SettingsSchema> = {
  readonly [Key in keyof Schema]: Schema[Key] extends Setting<infer T> ? T : never;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** `refused` lists everything that is wrong, a sentence each, so that one start shows all of it. */
export type ParsedSettings<Schema extends SettingsSchema> =
  | { readonly kind: 'parsed'; readonly settings: SettingsOf<Schema> }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** Typed as its value, so that the compiler knows each setting's type. */
export const setting = <const T>(declared: Setting<T>): Setting<T> => declared;

/**
 * Reads all settings once. An empty variable counts as not set. `presets` are values by name that stand below the environment and above the
 * defaults.
 */
export function parseSettings<Schema extends SettingsSchema>(
  schema: Schema,
  env: Environment,
  presets: Environment = {},
): ParsedSettings<Schema> {
  const problems: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const [key, declared] of Object.entries(schema)) {
    const given = givenValue(declared, env, problems) ?? presets[declared.name];
    if (given === undefined) {
      settings[key] = declared.default;
      continue;
    }
    const parsed = declared.type.parse(given.trim());
    if (parsed.kind === 'value') settings[key] = parsed.value;
    else problems.push(`${declared.name} ${parsed.reason}, not ${shown(declared, given)}`);
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  // Every key of the schema has been filled with a value of its type.
  return { kind: 'parsed', settings: settings as SettingsOf<Schema> };
}

function givenValue(declared: Setting<unknown>, env: Environment, problems: string[]): string | undefined {
  const names = [declared.name, ...(declared.aliases ?? [])].filter((name) => (env[name] ?? '').trim() !== '');
  const [first, ...others] = names;
  const differing = others.find((name) => first !== undefined && env[name] !== env[first]);
  if (first !== undefined && differing !== undefined) problems.push(`${first} and ${differing} mean the same and have different values`);
  return first === undefined ? undefined : env[first];
}

const MAX_SHOWN_CHARS = 80;

function shown(declared: Setting<unknown>, given: string): string {
  return declared.secret === true ? 'what is given (not shown: it is a secret)' : JSON.stringify(given.slice(0, MAX_SHOWN_CHARS));
}
