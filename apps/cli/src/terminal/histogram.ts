const WIDTH = 32;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Rows with a bar each, the longest for the greatest number; `facts` stand behind it. */
export function histogram(rows: readonly { readonly label: string; readonly value: number; readonly facts: string }[], indent = ''): string {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return rows.map(({ label, value, facts }) => `${indent}${label}  ${bar(value / most).padEnd(WIDTH)}  ${facts}`.trimEnd()).join('\n');
}

/** Something is never drawn as nothing. */
function bar(part: number): string {
  const eighths = part === 0 ? 0 : Math.max(1, Math.round(part * WIDTH * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
