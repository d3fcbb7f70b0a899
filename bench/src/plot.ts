/** One line of a plot: a name, its unit in it, and points. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 640;
const PANEL = 220;
const MARGIN = { left: 70, right: 20, top: 30, bottom: 40 };
const TICKS = 5;

/** Panels one above the other over the same x axis, as SVG. Each y axis begins at 0, so that a fall looks as large as it is. */
export function plot(title: string, xName: string, lines: readonly Line[]): string {
  const panels = lines.map((line, at) => panel(line, at * PANEL + MARGIN.top, xName));
  const height = lines.length * PANEL + MARGIN.top;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="${MARGIN.left}" y="18" font-size="13">${title}</text>`,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function panel({ name, points }: Line, top: number, xName: string): string {
  const xMost = Math.max(...points.map(([x]) => x), 1);
  const yMost = Math.max(...points.map(([, y]) => y), 1);
  const height = PANEL - MARGIN.top - MARGIN.bottom;
  const width = WIDTH - MARGIN.left - MARGIN.right;
  const at = (x: number, y: number): string => `${(MARGIN.left + (x / xMost) * width).toFixed(1)},${(top + MARGIN.top + height - (y / yMost) * height).toFixed(1)}`;
  const grid = Array.from({ length: TICKS + 1 }, (_, tick) => {
    const [x, y] = [(xMost * tick) / TICKS, (yMost * tick) / TICKS];
    const [, yAt = ''] = at(0, y).split(',');
    const [xAt = ''] = at(x, 0).split(',');
    return [
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${yAt}" y2="${yAt}" stroke="#ddd"/>`,
      `<text x="${MARGIN.left - 6}" y="${yAt}" text-anchor="end" dominant-baseline="middle">${short(y)}</text>`,
      `<text x="${xAt}" y="${top + PANEL - MARGIN.bottom + 14}" text-anchor="middle">${short(x)}</text>`,
    ].join('');
  });
  return [
    `<text x="${MARGIN.left}" y="${top + 18}">${name}, against ${xName}</text>`,
    ...grid,
    `<polyline fill="none" stroke="#b33" stroke-width="2" points="${points.map(([x, y]) => at(x, y)).join(' ')}"/>`,
  ].join('\n');
}

const short = (value: number): string => (value >= 1_000_000 ? `${(value / 1_000_000).toFixed(1)}M` : value >= 10_000 ? `${(value / 1_000).toFixed(0)}k` : value.toFixed(0));
