import { SeededRandom } from '@traffic-tacos/kernel';
import { DiskError, type Disk, type DiskFile } from '../disk.ts';
import { SimFile } from './sim-file.ts';
import { SimNames } from './sim-names.ts';

export type DiskOperation = 'list' | 'read' | 'create' | 'append' | 'sync' | 'close' | 'truncate' | 'rename' | 'remove' | 'sync_directory';

export interface SimDiskOptions {
  /** Decides what a power cut, a crash or a failing sync leaves. */
  readonly seed: number;
  /** Waited for in each operation: the simulator's latency. None by default. */
  readonly latency?: () => Promise<void>;
  /** All files together; an append beyond it writes what fits and fails. */
  readonly capacityBytes?: number;
  /** Told of each file that is removed, and of the names that are left. */
  readonly removed?: (name: string, left: readonly string[]) => void;
}

/**
 * A disk in memory that keeps what a real one must keep, and no more: unsynced bytes are lost or torn anywhere, files forget
 * independently, names that no `syncDirectory` followed come and go, a failed sync never makes up for it. It fails when it is told to,
 * and otherwise decides by its seed, so a run repeats exactly.
 */
export class SimDisk implements Disk {
  readonly #options: SimDiskOptions;
  readonly #random: SeededRandom;
  readonly #names: SimNames;
  readonly #failures: { operation: DiskOperation; after: number; forGood: boolean }[] = [];
  readonly #lies = new Set<DiskOperation>();
  #crashAt = Number.POSITIVE_INFINITY;
  #isOff = false;
  capacityBytes: number;
  /** Operations so far. */
  operations = 0;

  constructor(options: SimDiskOptions, names = new SimNames()) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.#names = names;
    this.capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
  }

  /** The machine stops in the middle of the operation of that number, counted from 1; nothing works after. */
  crashAt(operation: number): void {
    this.#crashAt = operation;
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  /** Of all files together. */
  get usedBytes(): number {
    return this.#names.files.reduce((sum, { length }) => sum + length, 0);
  }

  /** The next such operation fails, or the one `after` more of them; `forGood`: all from then on. */
  fail(operation: DiskOperation, after = 0, forGood = false): void {
    this.#failures.push({ operation, after, forGood });
  }

  /** For planted bugs: such operations say they are done and do nothing. */
  lieAbout(operation: 'sync' | 'sync_directory'): void {
    this.#lies.add(operation);
  }

  flipBit(name: string, byte: number, bit: number): void {
    this.#existing(name).flipBit(byte, bit);
  }

  /** The disk after the loss of power. This one is off from now on. */
  powerCut(seed: number): SimDisk {
    this.#isOff = true;
    return this.#next(seed, this.#names.afterPowerCut(new SeededRandom(seed)));
  }

  /** The disk after the process was killed: the page cache is still there. This one is off from now on. */
  killed(seed: number): SimDisk {
    this.#isOff = true;
    return this.#next(seed, this.#names.copy());
  }

  #next(seed: number, names: SimNames): SimDisk {
    return new SimDisk({ ...this.#options, seed, capacityBytes: this.capacityBytes }, names);
  }

  list(): Promise<readonly string[]> {
    return this.#run('list', () => this.#names.names);
  }

  read(name: string): Promise<Buffer> {
    return this.#run('read', () => this.#existing(name).bytes());
  }

  size(name: string): Promise<number> {
    return this.#run('read', () => this.#existing(name).length);
  }

  readAt(name: string, position: number, bytes: number): Promise<Buffer> {
    return this.#run('read', () => this.#existing(name).bytes(position, position + bytes));
  }

  create(name: string): Promise<DiskFile> {
    return this.#run('create', () => {
      if (this.#names.find(name) !== undefined) throw new DiskError(`cannot make ${name}: it exists`);
      const file = new SimFile();
      this.#names.bind(name, file);
      return this.#opened(file);
    });
  }

  truncate(name: string, bytes: number): Promise<void> {
    return this.#run('truncate', () => this.#existing(name).truncate(bytes));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#run('rename', () => this.#names.rename(from, to, this.#existing(from)));
  }

  remove(name: string): Promise<void> {
    return this.#run('remove', () => {
      this.#names.unbind(name, this.#existing(name));
      this.#options.removed?.(name, this.#names.names);
    });
  }

  syncDirectory(): Promise<void> {
    return this.#run('sync_directory', () => {
      if (!this.#lies.has('sync_directory')) this.#names.sync();
    });
  }

  #opened(file: SimFile): DiskFile {
    return {
      // Copied into the file in the same turn, before anybody could write over it.
      append: (bytes) => this.#run('append', () => this.#append(file, bytes)),
      sync: () => this.#sync(file),
      close: () => this.#run('close', () => undefined),
    };
  }

  #append(file: SimFile, bytes: Uint8Array): void {
    const room = this.capacityBytes === Number.POSITIVE_INFINITY ? bytes.length : Math.max(0, this.capacityBytes - this.usedBytes);
    file.append(bytes.subarray(0, room));
    if (bytes.length > room) throw new DiskError('cannot append: no space left on the disk');
  }

  async #sync(file: SimFile): Promise<void> {
    try {
      await this.#run('sync', () => {
        if (!this.#lies.has('sync')) file.sync();
      });
    } catch (error) {
      if (!this.#isOff) file.failSync(this.#random);
      throw error;
    }
  }

  #existing(name: string): SimFile {
    const file = this.#names.find(name);
    if (file === undefined) throw new DiskError(`${name} is not there`);
    return file;
  }

  /** Every operation passes here, in the order it was asked for; the one that the crash falls into may happen or not. */
  async #run<T>(operation: DiskOperation, act: () => T): Promise<T> {
    if (this.#isOff) throw new DiskError('the power is off');
    this.operations++;
    if (this.operations >= this.#crashAt) {
      this.#isOff = true;
      if (this.#random.below(2) === 0) act();
      throw new DiskError('the power went off');
    }
    this.#failIfTold(operation);
    const done = act();
    await this.#options.latency?.();
    return done;
  }

  #failIfTold(operation: DiskOperation): void {
    const failure = this.#failures.find((told) => told.operation === operation);
    if (failure === undefined || failure.after-- > 0) return;
    if (failure.forGood) failure.after = 0;
    else this.#failures.splice(this.#failures.indexOf(failure), 1);
    throw new DiskError(`cannot ${operation}: told to fail`);
  }
}
