import { setTimeout as sleep } from 'node:timers/promises';
import { markedProcesses, type MarkedProcess } from './marked-processes.ts';

const POLL_MS = 50;
/** What was told to stop may still be on its way out when its test ends. */
const GRACE_MS = 5000;

/** The marked processes that still run after the grace; each is killed, so that one bad test does not disturb the next run. */
export async function leftovers(variable: string, value: string, graceMs = GRACE_MS): Promise<readonly MarkedProcess[]> {
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += POLL_MS) {
    if (markedProcesses(variable, value).length === 0) return [];
    await sleep(POLL_MS);
  }
  const left = markedProcesses(variable, value);
  for (const { pid } of left) killIfThere(pid);
  return left;
}

/** One line for each process: who left it, and what it is. */
export function describeLeftovers(left: readonly MarkedProcess[]): string {
  return left
    .map(({ pid, command, testFile }) => `${testFile ?? 'something'} left a process behind, which was killed: ${pid} ${command}`)
    .join('\n');
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
