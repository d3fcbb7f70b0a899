import { join } from 'node:path';

/** Where the journal stands in a data directory. */
export const journalDir = (dataDir: string): string => join(dataDir, 'journal');
