import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A running process that carries a variable in the environment it was started with. */
export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
  /** The test file that started it, where the runner has noted one. */
  readonly testFile: string | undefined;
}

/** Names the test file in the environment of everything that the file starts. */
export const TEST_FILE_VARIABLE = 'TACOS_TEST_FILE';

/** Whether this system lets one see the environment of processes; nothing is found where it does not. */
export const canSeeEnvironments = process.platform === 'linux' || process.platform === 'darwin';

/**
 * The processes that were started with `variable=value`, directly or by one that was, without the caller and those above it. A child
 * keeps the variable when it outlives its parent, which a process group or a parent's id does not show.
 */
export function markedProcesses(variable: string, value: string): readonly MarkedProcess[] {
  const own = new Set(ownLine());
  const all = process.platform === 'linux' ? fromProc() : canSeeEnvironments ? fromPs() : [];
  return all
    .filter(({ pid, environment }) => !own.has(pid) && environment.has(`${variable}=${value}`))
    .map(({ pid, command, environment }) => ({ pid, command, testFile: valueIn(environment, TEST_FILE_VARIABLE) }));
}

interface Listed {
  readonly pid: number;
  readonly command: string;
  readonly environment: ReadonlySet<string>;
}

function fromProc(): readonly Listed[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      command: readPieces(name, 'cmdline').join(' '),
      environment: new Set(readPieces(name, 'environ')),
    }));
}

function readPieces(pid: string, file: 'cmdline' | 'environ'): readonly string[] {
  return readProc(pid, file)
    .split('\0')
    .filter((piece) => piece !== '');
}

/** A process may end while it is looked at, or belong to somebody else: then there is nothing to read. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** `ps` prints the environment behind the command, parted by spaces; the values that are looked for have none. */
function fromPs(): readonly Listed[] {
  return execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, rest]) => ({ pid: Number(pid), command: (rest ?? '').slice(0, 200), environment: new Set((rest ?? '').split(' ')) }));
}

function valueIn(environment: ReadonlySet<string>, variable: string): string | undefined {
  for (const entry of environment) if (entry.startsWith(`${variable}=`)) return entry.slice(variable.length + 1);
  return undefined;
}

/** This process and those above it, as far as the system tells. */
function ownLine(): readonly number[] {
  const line = [process.pid, process.ppid];
  if (process.platform !== 'linux') return line;
  for (let at = process.ppid; at > 1;) {
    at = Number(/^\d+ \(.*\) \S (\d+)/s.exec(readProc(String(at), 'stat'))?.[1] ?? 0);
    line.push(at);
  }
  return line;
}
