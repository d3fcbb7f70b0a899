/** The newest lines of a log in memory, for operators who cannot reach its file. */
export interface KeptLines {
  /** A line as it was written: masked, and with its end. */
  write(line: string): void;
  /** Newest first. */
  newest(): Iterable<string>;
}

export interface KeptLinesBounds {
  readonly lines: number;
  /** Of all lines together. */
  readonly chars: number;
}

/** Keeps so many lines at most, of so many characters together; past either bound the oldest goes, and a line that is too long alone is not kept. */
export function keepLines({ lines: most, chars: mostChars }: KeptLinesBounds): KeptLines {
  let kept: string[] = [];
  let first = 0;
  let chars = 0;
  const dropOldest = (): void => {
    chars -= kept[first]?.length ?? 0;
    first++;
    // What is dropped is cut off in large pieces: the list moves rarely.
    if (first < most) return;
    kept = kept.slice(first);
    first = 0;
  };
  return {
    write: (line) => {
      if (line.length > mostChars) return;
      kept.push(line);
      chars += line.length;
      while (chars > mostChars || kept.length - first > most) dropOldest();
    },
    newest: function* () {
      for (let at = kept.length - 1; at >= first; at--) yield kept[at] ?? '';
    },
  };
}
