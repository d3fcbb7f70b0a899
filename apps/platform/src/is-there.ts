import { stat } from 'node:fs/promises';

/** Whether something stands at the path. Throws where that cannot be seen, as in a directory of another user: not to see a journal is not to know that there is none. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
    throw error;
  }
}
