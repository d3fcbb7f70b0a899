import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Where a session runs, and with what. */
export interface SessionPlace {
  /** The folder that the first commands run in. */
  readonly folder: string;
  /** A folder for what the session remembers. */
  readonly memory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * A terminal of which one block after the other is typed into: variables and the current folder stay. A block ends at its first command
 * that fails, as nobody would go on from there.
 */
export class ShellSession {
  readonly #place: SessionPlace;
  readonly #variables: string;
  readonly #folder: string;

  constructor(place: SessionPlace) {
    this.#place = place;
    this.#variables = join(place.memory, 'variables.sh');
    this.#folder = join(place.memory, 'folder');
    writeFileSync(this.#variables, '');
    writeFileSync(this.#folder, `${place.folder}\n`);
  }

  /** Runs the block to its end, or to `limitMs`, when it is killed. */
  run(block: string, limitMs: number): Promise<Ended> {
    const remember = `export -p > ${quote(this.#variables)}; pwd > ${quote(this.#folder)}`;
    return follow(this.#spawn(`trap ${quote(remember)} EXIT\nset -a\n${block}`), limitMs);
  }

  /** Starts the block beside those that follow; what it sets is its own. */
  start(block: string): ChildProcess {
    return this.#spawn(block);
  }

  /** In a process group of its own, as a terminal does it, so that Ctrl-C reaches all of it. */
  #spawn(block: string): ChildProcess {
    const script = `. ${quote(this.#variables)}\ncd "$(cat ${quote(this.#folder)})"\nset -euo pipefail\n${block}\n`;
    return spawn('bash', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: this.#place.environment });
  }
}

/** What the process says until it ends; past `limitMs` its whole group is killed, and the exit code is null. */
export function follow(child: ChildProcess, limitMs: number): Promise<Ended> {
  let output = '';
  const limit = setTimeout(() => signalGroup(child, 'SIGKILL'), limitMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(limit);
      resolve({ exitCode, output });
    });
  });
}

/** Sends the signal to everything that the block has started. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
