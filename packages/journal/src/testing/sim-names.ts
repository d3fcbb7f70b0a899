import type { SeededRandom } from '@traffic-tacos/kernel';
import type { SimFile } from './sim-file.ts';

/** A change of the folder that is not durable yet. */
type Change =
  | { readonly kind: 'bind'; readonly name: string; readonly file: SimFile }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string; readonly file: SimFile }
  | { readonly kind: 'unbind'; readonly name: string; readonly file: SimFile };

/** The folder of the simulated disk: names as programs see them, and the changes that a power cut may undo. */
export class SimNames {
  readonly #seen = new Map<string, SimFile>();
  #durable = new Map<string, SimFile>();
  #pending: Change[] = [];

  get names(): readonly string[] {
    return [...this.#seen.keys()];
  }

  get files(): readonly SimFile[] {
    return [...this.#seen.values()];
  }

  find(name: string): SimFile | undefined {
    return this.#seen.get(name);
  }

  bind(name: string, file: SimFile): void {
    this.#change({ kind: 'bind', name, file });
  }

  rename(from: string, to: string, file: SimFile): void {
    this.#change({ kind: 'rename', from, to, file });
  }

  unbind(name: string, file: SimFile): void {
    this.#change({ kind: 'unbind', name, file });
  }

  sync(): void {
    this.#durable = new Map(this.#seen);
    this.#pending = [];
  }

  /** The same folder for the next process: nothing is undone, and what was not durable still is not. */
  copy(): SimNames {
    const copies = new Map<SimFile, SimFile>();
    const copied = (file: SimFile): SimFile => {
      const copy = copies.get(file) ?? file.copy();
      copies.set(file, copy);
      return copy;
    };
    const names = new SimNames();
    for (const [name, file] of this.#durable) names.bind(name, copied(file));
    names.sync();
    for (const change of this.#pending) names.#change({ ...change, file: copied(change.file) });
    return names;
  }

  /** A power cut keeps the durable names and any of the changes since: the first few, or some here and there. */
  afterPowerCut(random: SeededRandom): SimNames {
    const kept = new Map(this.#durable);
    const first = random.below(this.#pending.length + 1);
    const isOrdered = random.below(2) === 0;
    this.#pending.forEach((change, index) => {
      if (isOrdered ? index < first : random.below(2) === 0) applyTo(kept, change);
    });
    const names = new SimNames();
    for (const [name, file] of kept) names.bind(name, file.afterPowerCut(random));
    names.sync();
    return names;
  }

  #change(change: Change): void {
    applyTo(this.#seen, change);
    this.#pending.push(change);
  }
}

function applyTo(names: Map<string, SimFile>, change: Change): void {
  if (change.kind === 'bind') names.set(change.name, change.file);
  else if (change.kind === 'unbind') {
    if (names.get(change.name) === change.file) names.delete(change.name);
  } else {
    if (names.get(change.from) === change.file) names.delete(change.from);
    names.set(change.to, change.file);
  }
}
