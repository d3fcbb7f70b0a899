export { ByteReader, ByteWriter, ShortRead } from './bytes.ts';
export { DiskError, type Disk, type DiskFile } from './disk.ts';
export type { RecordTable } from './record-table.ts';
export type { ClockStamp, TimeSource } from './time-source.ts';
export { Unit, Units, type EntrySink, type Joinable, type Reliance, type StagedRecord } from './unit.ts';
