/** Who may call a method. `admin`: a user's token with that role. `anyone`: no token is needed. */
export type CallerKind = 'anyone' | 'user' | 'service' | 'admin';

/** The kinds of callers of each method, by `package.Service/Method`. */
export type AuthzTable = ReadonlyMap<string, ReadonlySet<CallerKind>>;

const KINDS: ReadonlySet<string> = new Set(['anyone', 'user', 'service', 'admin'] satisfies readonly CallerKind[]);

/** What is wrong with the text of a table, line by line. */
class BadAuthzTable extends Error {
  override readonly name = 'BadAuthzTable';

  constructor(problems: readonly string[]) {
    super(`the table of callers cannot be used: ${problems.join('; ')}`);
  }
}

/**
 * Reads a table from tab-separated lines of service, method and callers (several with commas between); further columns are for people, and
 * the first line names the columns. Throws `BadAuthzTable` with every problem: a line that is misread would open or close a method.
 */
export function parseAuthz(text: string): AuthzTable {
  const table = new Map<string, ReadonlySet<CallerKind>>();
  const problems: string[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (at === 0 || line.trim() === '') continue;
    const [service = '', method = '', callers = ''] = line.split('\t').map((column) => column.trim());
    const kinds = callers.split(',').map((kind) => kind.trim());
    const name = `${service}/${method}`;
    if (service === '' || method === '') problems.push(`line ${at + 1} names no method`);
    else if (table.has(name)) problems.push(`line ${at + 1} repeats ${name}`);
    else if (!kinds.every(isKind)) problems.push(`line ${at + 1} has callers that are none: "${callers}"`);
    else table.set(name, new Set(kinds.filter(isKind)));
  }
  if (problems.length > 0) throw new BadAuthzTable(problems);
  return table;
}

const isKind = (text: string): text is CallerKind => KINDS.has(text);
