import { readFileSync } from 'node:fs';
import { shortPath } from './long-names.ts';

/**
 * Who may call a method. `anyone` needs no credential; `user` is a person's token, whatever role it carries; `service` is a credential of
 * the client-credentials grant; `admin` is a person's token with the role admin.
 */
export type CallerKind = 'anyone' | 'user' | 'service' | 'admin';

/** For each method, by its path (`/package.Service/Method`), who may call it. */
export interface Callers {
  readonly paths: readonly string[];
  /** Under the long name as well; undefined for a method that the table does not name, which nobody may call. */
  of(path: string): ReadonlySet<CallerKind> | undefined;
}

/** authz.tsv contradicts its own form. */
export class MalformedAuthorization extends Error {
  override readonly name = 'MalformedAuthorization';
}

/** Reads authz.tsv. Throws `MalformedAuthorization`. */
export function readCallers(): Callers {
  return parseCallers(readFileSync(new URL('../authz.tsv', import.meta.url), 'utf8'));
}

/** Reads a table in the form of authz.tsv: service, method, who may call (several by commas), why. */
export function parseCallers(table: string): Callers {
  const callers = new Map<string, ReadonlySet<CallerKind>>();
  for (const [at, line] of table.split('\n').entries()) {
    if (at === 0 || line === '') continue;
    const [service = '', method = '', kinds = ''] = line.split('\t');
    const path = `/${service}/${method}`;
    if (service === '' || method === '') throw new MalformedAuthorization(`line ${at + 1}: no method`);
    if (callers.has(path)) throw new MalformedAuthorization(`line ${at + 1}: ${path} stands there twice`);
    callers.set(path, kindsOf(kinds, at + 1));
  }
  return { paths: [...callers.keys()], of: (path) => callers.get(shortPath(path)) };
}

function kindsOf(text: string, line: number): ReadonlySet<CallerKind> {
  const kinds = new Set<CallerKind>();
  for (const word of text.split(',')) {
    if (!isCallerKind(word)) throw new MalformedAuthorization(`line ${line}: "${word}" is not one of ${[...KINDS].join(', ')}`);
    kinds.add(word);
  }
  if (kinds.has('anyone') && kinds.size > 1) throw new MalformedAuthorization(`line ${line}: anyone includes the others`);
  return kinds;
}

const KINDS: ReadonlySet<string> = new Set<CallerKind>(['anyone', 'user', 'service', 'admin']);
const isCallerKind = (word: string): word is CallerKind => KINDS.has(word);
