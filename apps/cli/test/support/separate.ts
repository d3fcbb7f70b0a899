import { strict as assert } from 'node:assert';
import { freePort } from '@traffic-tacos/kit/testing';
import { ended, startTacos, type Ended, type Environment } from './tacos.ts';

const SERVICES = ['GATEWAY', 'RESERVATION', 'INVENTORY', 'PAYMENT', 'WORKER'];
const PORTS = SERVICES.flatMap((name) => [`${name}_PORT`, `${name}_GRPC_PORT`]);

/** Ports that services can know of each other before they listen. */
export const freePorts = async (): Promise<Record<string, string>> =>
  Object.fromEntries(await Promise.all(PORTS.map(async (name) => [name, String(await freePort())] as const)));

/** `tacos up --separate` in a process of its own. */
export interface Separate {
  readonly settings: Environment;
  readonly dataDir: string;
  signal(signal: NodeJS.Signals): void;
  readonly end: Promise<Ended>;
  /** What it has printed until it was ready. */
  readonly welcome: string;
}

/** Starts all services, and waits for the page that says so. */
export async function startSeparate(dataDir: string, words: readonly string[] = [], ports?: Environment): Promise<Separate> {
  const settings = { TACOS_DATA_DIR: dataDir, ...(ports ?? (await freePorts())) };
  const child = startTacos(['up', '--separate', ...words], settings);
  const end = ended(child);
  let said = '';
  const ready = new Promise<void>((resolve) => child.stdout?.on('data', (text: string) => ((said += text).includes('Ctrl-C') ? resolve() : undefined)));
  await Promise.race([ready, end.then(({ stderr }) => assert.fail(stderr))]);
  return { settings, dataDir, signal: (signal) => void child.kill(signal), end, welcome: said };
}
