import { settingsReference, type SettingsSchema } from '@traffic-tacos/kit';
import type { ProductSource } from './product-sources.ts';

/** Where settings are parsed and handed on. Other parts have `settings` of their own, which are not these. */
const HANDS_SETTINGS_ON = /^apps\/[^/]+\/src\/|^packages\/kit\/src\/config\//;
const MEMBER = /\bsettings\.(\w+)/g;
const TAKEN_APART = /\{([^{}]*)\}\s*(?:=\s*settings\b|:\s*(?:Pick<)?PlatformSettings\b)/g;
const FIRST_NAMES = /(?:^|,)\s*(\w+)/g;

/**
 * The page of the settings. Those that nothing reads yet are told apart by looking for their readers, so that nobody has to remember to
 * do it when a part of the platform begins to use one.
 */
export function settingsPage(schema: SettingsSchema, sources: readonly ProductSource[]): string {
  const read = settingsRead(sources);
  const entries = Object.entries(schema);
  const inEffect = tableOf(entries.filter(([key]) => read.has(key)));
  const planned = entries.filter(([key]) => !read.has(key));
  return [INTRODUCTION, inEffect, ...(planned.length === 0 ? [] : [PLANNED, tableOf(planned)])].join('\n');
}

/** The names, as code uses them, of all settings that some source reads. */
function settingsRead(sources: readonly ProductSource[]): ReadonlySet<string> {
  const read = new Set<string>();
  for (const { text } of sources.filter(({ path }) => HANDS_SETTINGS_ON.test(path))) {
    for (const [, name = ''] of text.matchAll(MEMBER)) read.add(name);
    for (const [, names = ''] of text.matchAll(TAKEN_APART)) for (const [, name = ''] of names.matchAll(FIRST_NAMES)) read.add(name);
  }
  return read;
}

/** The rows of the schema; the page has one header for all of them. */
const tableOf = (entries: readonly (readonly [string, SettingsSchema[string]])[]): string =>
  settingsReference(Object.fromEntries(entries)).replace(/^<!--.*-->\n/, '');

const INTRODUCTION = `<!-- Generated from the settings schema by npm run reference; do not edit. -->
# Settings

Environment variables, read once at the start. All that is wrong is reported together, before anything is opened. An empty variable counts as not set. A few can be
changed until the process ends, by [UpdateConfig](../guides/protection.md#in-the-middle-of-an-evening). An alias
means the same as its setting; two names with different values are refused.
`;

const PLANNED = `## Planned ◦

These names are settled and their values are checked, so that they can be written into deployments. Nothing reads them yet: **they have no effect.**
`;
