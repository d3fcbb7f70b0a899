/** A text as one word of a shell. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A command of ours as it is to be typed: who has set TACOS_DATA_DIR must set it again, or the command works in another directory. */
export function asTyped(command: string, dataDir = process.env['TACOS_DATA_DIR']): string {
  return dataDir === undefined || dataDir.trim() === '' ? command : `TACOS_DATA_DIR=${shellWord(dataDir)} ${command}`;
}
