import { existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runBounded } from './run-bounded.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CONTRACTS = join(ROOT, 'contracts');

/** Everything that was generated and built. */
export const GENERATED = join(CONTRACTS, 'generated');

/** Both builds and all runs fit into the time that one test file gets. */
const BUILD_LIMIT_MS = 120_000;

export type Language = 'go' | 'java';

/** What builds and runs a client, on the PATH. */
const PROGRAMS: Readonly<Record<Language, readonly string[]>> = { go: ['make', 'go'], java: ['make', 'mvn', 'javac', 'java'] };

export type BuiltClient =
  | { readonly kind: 'built'; readonly program: string }
  /** This machine cannot build it, which says nothing about the client. */
  | { readonly kind: 'not_here'; readonly why: string }
  | { readonly kind: 'broken'; readonly said: string };

/** Builds the sample client of contracts/clients in this language. What it has fetched and built before is used again. */
export async function buildClient(language: Language, env: NodeJS.ProcessEnv = process.env): Promise<BuiltClient> {
  const missing = PROGRAMS[language].filter((name) => !isOnPath(name, env));
  if (missing.length > 0) return { kind: 'not_here', why: `no ${missing.join(', no ')} on the PATH` };
  if (globSync('node_modules/@bufbuild/buf-*/bin/buf', { cwd: ROOT }).length === 0 && !isOnPath('buf', env)) {
    return { kind: 'not_here', why: 'no buf, which npm carries as an optional dependency' };
  }
  const { exitCode, stdout, stderr } = await runBounded('make', ['-C', CONTRACTS, `client-${language}`], { limitMs: BUILD_LIMIT_MS, env });
  if (exitCode === 0) return { kind: 'built', program: join(GENERATED, `client-${language}`) };
  if (exitCode === null) return { kind: 'not_here', why: `not built within ${BUILD_LIMIT_MS / 1000} s` };
  const why = whyNotHere(`${stdout}${stderr}`);
  return why === undefined ? { kind: 'broken', said: `${stdout}${stderr}` } : { kind: 'not_here', why };
}

/** What Go and Maven say when nobody answers them, and when the toolchain is too old for the versions that are wanted. */
const NOT_HERE = [
  /^.*(?:dial tcp|proxyconnect|TLS handshake timeout|i\/o timeout|lookup disabled by GOPROXY=off).*$/m,
  /^.*(?:Could not transfer|in offline mode|Connection refused|Unknown host|Temporary failure in name resolution).*$/m,
  /^.*(?:requires go >= |release version \d+ not supported|invalid target release).*$/m,
];

/** The line that shows that this machine is the obstacle; undefined where it is something about the client. */
export function whyNotHere(said: string): string | undefined {
  return NOT_HERE.map((pattern) => pattern.exec(said)?.[0].trim()).find((line) => line !== undefined);
}

const isOnPath = (name: string, { PATH = '' }: NodeJS.ProcessEnv): boolean =>
  PATH.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)));
