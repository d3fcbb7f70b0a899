import type { TestEvent } from 'node:test/reporters';

/** The lines of one source file, as the runner counted them. */
export interface FileLines {
  /** Absolute path. */
  readonly path: string;
  readonly lines: number;
  readonly covered: number;
}

/** A reporter of `node --test` that writes one line for each source file, `covered<TAB>lines<TAB>path`, and nothing else. */
export default async function* coverageReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== 'test:coverage') continue;
    for (const file of event.data.summary.files) yield `${file.coveredLineCount}\t${file.totalLineCount}\t${file.path}\n`;
  }
}

/** Reads what the reporter wrote. */
export function parseCoverage(text: string): readonly FileLines[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [covered, lines, ...path] = line.split('\t');
      return { path: path.join('\t'), lines: Number(lines), covered: Number(covered) };
    });
}
