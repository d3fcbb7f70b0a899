import { join } from 'node:path';

/** Where the history stands in a data directory. */
export const historyPath = (dataDir: string): string => join(dataDir, 'history.sqlite');
