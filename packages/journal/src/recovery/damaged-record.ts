import { ShortRead } from '../bytes.ts';
import { JournalDamaged } from '../errors.ts';

/** Bytes whose sum is right and which still are no record of their type: told with their place. Other errors stay as they are. */
export function damagedRecord(error: unknown, file: string, position: number): unknown {
  if (!(error instanceof ShortRead)) return error;
  return new JournalDamaged(file, position, `a record cannot be read: ${error.message}`, 'restore');
}
