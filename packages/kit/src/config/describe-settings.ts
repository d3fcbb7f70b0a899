import type { Setting, SettingsSchema } from './parse-settings.ts';

/** The settings as text for `--help`: each with its default, what it takes, what it does. */
export function settingsHelp(schema: SettingsSchema): string {
  return Object.values(schema)
    .map((declared) => {
      const aliases = declared.aliases === undefined ? '' : `\n      also ${declared.aliases.join(', ')}`;
      return `  ${declared.name}=${defaultOf(declared)}\n      ${declared.description}\n      Takes ${declared.type.description}.${aliases}`;
    })
    .join('\n');
}

/** The same as the rows of a Markdown reference page, with a header that says where they come from. */
export function settingsReference(schema: SettingsSchema): string {
  const rows = Object.values(schema).map((declared) =>
    [`\`${declared.name}\``, defaultOf(declared), declared.type.description, declared.description, aliasesOf(declared)].map(cell).join(' | '),
  );
  return [
    '<!-- Generated from the settings schema; do not edit. -->',
    '| Setting | Default | Takes | Meaning | Aliases |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}

function defaultOf(declared: Setting<unknown>): string {
  return declared.secret === true && declared.default !== undefined ? '(secret)' : declared.type.format(declared.default);
}

const aliasesOf = (declared: Setting<unknown>): string => (declared.aliases ?? []).map((alias) => `\`${alias}\``).join(', ');

const cell = (content: string): string => content.replaceAll('|', '\\|');
