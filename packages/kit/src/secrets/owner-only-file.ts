import { link, mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const OTHERS = 0o077;
const PERMISSIONS = 0o777;

/** Makes the error that a file cannot be used, in the words of whoever knows what stands in it. */
export type RefuseFile = (message: string, options?: ErrorOptions) => Error;

/**
 * The text of a file of secrets; undefined where there is no such file. Throws what `refuse` makes where it cannot be read, or where others than its
 * owner could have read it: the message names the file and what to do, and nothing that stands in it.
 */
export async function readOwnerOnly(path: string, refuse: RefuseFile): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code === 'ENOENT') return undefined;
    throw refuse(`${path} cannot be read: ${code}; give it to the user who runs the platform`, { cause });
  });
  // Windows has no such permissions.
  if (text === undefined || process.platform === 'win32') return text;
  const { mode } = await stat(path);
  if ((mode & OTHERS) === 0) return text;
  throw refuse(`${path} is open to others (mode ${(mode & PERMISSIONS).toString(8)}): run chmod 600 ${path}, and replace what is in it if others use this machine`);
}

/**
 * Writes a file of secrets for its owner alone, its folder too where there is none. It appears under its name whole and synced, name and all, or not at
 * all: what was signed with a secret is worth nothing once a power cut has taken the secret back.
 */
export const writeOwnerOnly = (path: string, text: string): Promise<void> => put(path, text, () => `${path}.new`, (beside) => rename(beside, path));

/**
 * Writes a file of secrets as `writeOwnerOnly` does, unless there is one: of several processes that make the same file at one time the first wins, and each
 * must read it afterwards.
 */
export async function createOwnerOnly(path: string, text: string): Promise<void> {
  let own: string | undefined;
  try {
    await put(path, text, async () => join((own = await mkdtemp(`${path}.`)), 'new'), (beside) => linkUnlessThere(beside, path));
  } finally {
    if (own !== undefined) await rm(own, { recursive: true });
  }
}

async function linkUnlessThere(beside: string, path: string): Promise<void> {
  try {
    await link(beside, path);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  }
}

async function put(path: string, text: string, besideOf: () => string | Promise<string>, name: (beside: string) => Promise<void>): Promise<void> {
  const folder = dirname(resolve(path));
  const first = await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  const beside = await besideOf();
  const file = await open(beside, 'w', OWNER_ONLY_FILE);
  try {
    // One that was left behind keeps its mode when it is opened.
    await file.chmod(OWNER_ONLY_FILE);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await name(beside);
  await syncFolder(folder);
  // A folder that was made just now has a name that could be lost as well.
  if (first !== undefined) for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Windows has no way to sync a folder; there the rename is durable with the file system's own log. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The document in a file of secrets; undefined where it is none. The parser's own message would quote a piece of a secret. */
export function parseSecretJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
