/** One thing that the README asks to be run, in the order in which it stands there. */
export type Step = RunStep | StartStep | StopStep | PrintedStep;

interface Placed {
  /** The line of the mark, from 1. */
  readonly line: number;
  /** Texts that the output must contain. */
  readonly expect: readonly string[];
}

/** `<!-- run -->` above a block: commands that run to their end. */
export interface RunStep extends Placed {
  readonly kind: 'run';
  readonly commands: string;
  readonly exitCode: number;
}

/** `<!-- run start ready="…" -->` above a block: a command that stays until it is stopped. */
export interface StartStep extends Placed {
  readonly kind: 'start';
  readonly commands: string;
  /** A text of its output, or an address that answers 200. */
  readonly ready: string;
}

/** `<!-- run stop -->`: Ctrl-C for what was started; `expect` is held against what it says while it stops. */
export interface StopStep extends Placed {
  readonly kind: 'stop';
}

/** `<!-- run printed from="…" to="…" -->`: the commands that the started program printed for pasting, on the lines between these two. */
export interface PrintedStep extends Placed {
  readonly kind: 'printed';
  readonly from: string;
  readonly to: string;
}

/** The README contradicts itself; the message says where. */
export class BadMark extends Error {
  override readonly name = 'BadMark';
}

const MARK = /^<!--\s*run\b(.*?)-->\s*$/;
const FENCE = /^```(?:sh|bash|console)\s*$/;
const WORDS = new Set(['start', 'stop', 'printed']);
const ATTRIBUTES = new Set(['expect', 'exit', 'ready', 'from', 'to']);

/** The marked steps of a document. Throws `BadMark` for a mark that cannot be obeyed. */
export function stepsIn(markdown: string): readonly Step[] {
  const lines = markdown.split('\n');
  return lines.flatMap((text, at) => {
    const inside = MARK.exec(text)?.[1];
    return inside === undefined ? [] : [stepOf(inside, at + 1, () => blockAfter(lines, at))];
  });
}

interface Mark {
  readonly words: readonly string[];
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

function stepOf(inside: string, line: number, block: () => string): Step {
  const { words, attributes } = parseMark(inside, line);
  const one = (name: string): string => attributes.get(name)?.[0] ?? bad(line, `needs ${name}="…"`);
  const placed = { line, expect: attributes.get('expect') ?? [] };
  switch (words[0]) {
    case undefined:
      return { ...placed, kind: 'run', commands: block(), exitCode: Number(attributes.get('exit')?.[0] ?? 0) };
    case 'start':
      return { ...placed, kind: 'start', commands: block(), ready: one('ready') };
    case 'stop':
      return { ...placed, kind: 'stop' };
    default:
      return { ...placed, kind: 'printed', from: one('from'), to: one('to') };
  }
}

function parseMark(inside: string, line: number): Mark {
  const attributes = new Map<string, string[]>();
  const rest = inside.replace(/([a-z]+)="([^"]*)"/g, (_, name: string, value: string) => {
    if (!ATTRIBUTES.has(name)) bad(line, `does not know ${name}="…"`);
    attributes.set(name, [...(attributes.get(name) ?? []), value]);
    return '';
  });
  const words = rest.split(/\s+/).filter((word) => word !== '');
  const unknown = words.find((word) => !WORDS.has(word));
  if (unknown !== undefined || words.length > 1) bad(line, `does not know "${words.join(' ')}"`);
  return { words, attributes };
}

/** The block that begins on the line after the mark, or one empty line later. */
function blockAfter(lines: readonly string[], mark: number): string {
  const start = [mark + 1, mark + 2].find((at) => FENCE.test(lines[at] ?? ''));
  if (start === undefined) return bad(mark + 1, 'stands above no ```sh block');
  const end = lines.indexOf('```', start);
  if (end < 0) return bad(mark + 1, 'stands above a block that does not end');
  return lines.slice(start + 1, end).join('\n');
}

function bad(line: number, what: string): never {
  throw new BadMark(`line ${line}: the mark ${what}`);
}
