import { ByteReader } from '../bytes.ts';
import type { Disk } from '../disk.ts';
import { sortNames } from '../format/file-names.ts';
import { GroupFeed } from './group-feed.ts';
import { refuseForeign } from './history-errors.ts';
import type { HistoryFile, HistoryImage } from './history-file.ts';
import type { HistoryShape } from './history-shape.ts';

/** A record that has ended as an image of the history; undefined while it has not. */
export function imageOf(
  shape: HistoryShape<unknown>,
  record: unknown,
  from: Pick<HistoryImage, 'sequence' | 'layout' | 'body'>,
): HistoryImage | undefined {
  if (!shape.hasEnded(record)) return undefined;
  return { ...from, shape, key: shape.keyOf(record), version: shape.versionOf(record), owner: shape.ownerOf?.(record), link: shape.linkOf?.(record) };
}

/**
 * Carries records that have ended from the journal into the history: group after group, each image with how far that reaches in one
 * transaction. Done twice, or again after a crash, it changes nothing.
 */
export class Projector {
  readonly #disk: Disk;
  readonly #file: HistoryFile;
  readonly #shapes: ReadonlyMap<number, HistoryShape<unknown>>;
  #feed: GroupFeed;

  constructor(disk: Disk, file: HistoryFile, shapes: readonly HistoryShape<unknown>[]) {
    this.#disk = disk;
    this.#file = file;
    this.#shapes = new Map(shapes.map((shape) => [shape.recordType, shape]));
    this.#feed = new GroupFeed(disk, (file.appliedSequence ?? 0) + 1);
  }

  /** One transaction: about a megabyte of groups, none after `through`. Answers how far the history reaches now. Throws `HistoryRefused` where it is another journal's. */
  async step(through: number): Promise<number> {
    const images: HistoryImage[] = [];
    let reader: ByteReader | undefined;
    let readsFrom: Buffer | undefined;
    const isRead = await this.#feed.read(through, (type, layout, bytes, start, end, sequence) => {
      const shape = this.#shapes.get(type);
      if (shape === undefined) return;
      if (reader === undefined || readsFrom !== bytes) reader = new ByteReader(bytes);
      readsFrom = bytes;
      reader.window(start, end);
      const record = shape.decode(layout, reader);
      const image = imageOf(shape, record, { sequence, layout, body: bytes.subarray(start, end) });
      if (image !== undefined) images.push(image);
    });
    refuseForeign(this.#file.journalId, this.#feed.journalId || this.#file.journalId);
    const reached = this.#feed.next - 1;
    if (isRead && reached > (this.#file.appliedSequence ?? -1)) this.#file.write(images, reached, this.#feed.journalId);
    return reached;
  }

  /** As many transactions as it takes. */
  async run(through: number): Promise<number> {
    let reached = this.#feed.next - 1;
    while (reached < through) reached = await this.step(through);
    return reached;
  }

  /** Everything of sealed segments: those are on disk whatever happened, also before a recovery has looked at the last one. */
  async runSealed(): Promise<void> {
    const open = sortNames(await this.#disk.list()).segments.at(-1);
    if (open !== undefined && open.firstSequence > this.#feed.next) await this.run(open.firstSequence - 1);
  }
}
