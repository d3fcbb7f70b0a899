import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives what loading has left behind back to the system: a fourth of an idle platform's memory, which would otherwise stay until there is
 * work. It stops everything for some tens of milliseconds, so it is called once, as soon as the platform stands. Node shows its collector only
 * to those who ask for it.
 */
export function giveBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect({ type: 'major', flavor: 'last-resort' });
}
