/** Rows as aligned text. Columns of numbers stand to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[], indent = ''): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)));
  const isRight = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const widths = header.map((name, column) => Math.max(widthOf(name), ...texts.map((row) => widthOf(row[column] ?? ''))));
  const line = (cells: readonly string[]): string =>
    (indent + cells.map((cell, column) => pad(cell, widths[column] ?? 0, isRight[column] ?? false)).join('  ')).trimEnd();
  return [line(header), ...texts.map(line)].join('\n');
}

function pad(text: string, width: number, isRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isRight ? blanks + text : text + blanks;
}

/** Korean, Chinese and Japanese letters take two columns of a terminal. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/g;
const widthOf = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);
