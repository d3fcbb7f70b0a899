import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@traffic-tacos/platform';

/** One line: a request, or several of one key of which the last counts, and the answer. */
export interface Line {
  readonly at: number;
  readonly service: ServiceName;
  readonly method: string;
  readonly target: string;
  readonly who: string;
  /** Whether a key goes with it; the same for all of its bodies. */
  readonly isKeyed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON texts; one that is empty: a request without a body. */
  readonly bodies: readonly string[];
  readonly answer: string;
}

export const readTable = (name: string): readonly Line[] => parseTable(readFileSync(join(import.meta.dirname, '..', 'tables', name), 'utf8'));

/** Reads `services | request | sender | bodies | answer` a line; `#` begins a remark. */
export const parseTable = (text: string): readonly Line[] =>
  text.split('\n').flatMap((line, place) => (line.includes(' | ') && !line.startsWith('#') ? linesOf(line, place + 1) : []));

function linesOf(line: string, at: number): readonly Line[] {
  const [services = '', request = '', sender = '', bodies = '', answer = ''] = line.split(' | ').map((cell) => cell.trim());
  const [method = '', target = ''] = request.split(' ');
  const [who = '', ...rest] = sender.split(/ +/);
  const headers = rest.filter((word) => word.includes('=')).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
  const names = services === 'all' ? SERVICE_NAMES : SERVICE_NAMES.filter((name) => services.split(' ').includes(name));
  return names.map((service) => ({
    at, service, method, target, who, isKeyed: rest.includes('key'), headers: Object.fromEntries(headers) as Line['headers'], bodies: bodies.split(' => '), answer,
  }));
}
