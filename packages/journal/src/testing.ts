export { diskSuite, type DiskUnderTest } from './testing/disk-suite.ts';
export { ManualScheduler } from './testing/manual-scheduler.ts';
export { ManualTimeSource } from './testing/manual-time-source.ts';
export { SimDisk, type DiskOperation, type SimDiskOptions } from './testing/sim-disk.ts';
export { TallyTable, type Tally } from './testing/tally-table.ts';
