import type { Setting, SettingsSchema } from './parse-settings.ts';

/** Columns of a terminal that the text of `--help` is wrapped at, as the usage above it is. */
const COLUMNS = 80;
const INDENT = ' '.repeat(6);

/** The settings as text for `--help`: each with its default, what it takes, what it does. */
export function settingsHelp(schema: SettingsSchema): string {
  return Object.values(schema)
    .map((declared) => {
      const aliases = declared.aliases === undefined ? [] : [`also ${declared.aliases.join(', ')}`];
      const about = [declared.description, `Takes ${declared.type.description}.`, ...aliases].map(wrapped);
      return [`  ${declared.name}=${defaultOf(declared)}`, ...about].join('\n');
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

/** In lines behind an indent; a word that is longer than a line has one of its own. */
function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? INDENT} ${word}`;
    if (lines.length > 0 && longer.length <= COLUMNS) lines[lines.length - 1] = longer;
    else lines.push(INDENT + word);
  }
  return lines.join('\n');
}

function defaultOf(declared: Setting<unknown>): string {
  return declared.secret === true && declared.default !== undefined ? '(secret)' : declared.type.format(declared.default);
}

const aliasesOf = (declared: Setting<unknown>): string => (declared.aliases ?? []).map((alias) => `\`${alias}\``).join(', ');

const cell = (content: string): string => content.replaceAll('|', '\\|');
