import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, settingsFor, startTacos, tacos, type Ended, type Environment } from './tacos.ts';

const READY = 'Ctrl-C stops it';
const READY_WITHIN_MS = 60_000;

/** `tacos up` in a process of its own. */
export interface RunningPlatform {
  readonly dataDir: string;
  readonly settings: Environment;
  readonly pid: number;
  /** What it has printed until it was ready. */
  readonly welcome: string;
  readonly addresses: Readonly<Record<'gateway' | 'reservation' | 'inventory' | 'payment' | 'worker', string>>;
  /** `127.0.0.1:40123` */
  readonly grpcAddresses: Readonly<Record<'gateway' | 'worker' | 'reservation' | 'inventory' | 'payment', string>>;
  /** Sends the signal, and answers how the process ended. A second call answers the same. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
  /** Another command on the same data directory. */
  tacos(...words: readonly string[]): Promise<Ended>;
}

/** Starts a platform and waits until it says that it is ready. */
export async function startUp(dataDir: string, words: readonly string[] = [], more: Environment = {}): Promise<RunningPlatform> {
  const settings = settingsFor(dataDir, more);
  const child = startTacos(['up', ...words], settings);
  const end = ended(child);
  const welcome = await new Promise<string>((resolve, reject) => {
    let text = '';
    const late = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS);
    child.stdout?.on('data', (chunk: string) => {
      text += chunk;
      if (!text.includes(READY)) return;
      clearTimeout(late);
      resolve(text);
    });
    void end.then(({ code, stderr }) => {
      clearTimeout(late);
      reject(new assert.AssertionError({ message: `it ended with ${code} before it was ready: ${stderr}` }));
    });
  });
  return {
    dataDir,
    settings,
    pid: child.pid ?? 0,
    welcome,
    ...addressesIn(dataDir),
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return end;
    },
    tacos: (...command) => tacos(command, settings),
  };
}

/** Where the platform of a directory listens, once it does. */
export function addressesIn(dataDir: string): Pick<RunningPlatform, 'addresses' | 'grpcAddresses'> {
  const { addresses, grpcAddresses }: Pick<RunningPlatform, 'addresses' | 'grpcAddresses'> = JSON.parse(readFileSync(join(dataDir, 'platform.json'), 'utf8'));
  return { addresses, grpcAddresses };
}
