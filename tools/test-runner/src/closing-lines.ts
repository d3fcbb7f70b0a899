/** With this the runner's summary begins. */
const FIRST = /^ℹ tests \d+/;
/** A line for each file: the floors say what of it matters. */
const REPORT_BEGINS = /^ℹ start of coverage report/;
const REPORT_ENDS = /^ℹ end of coverage report/;

/** Passes lines on as they come, leaves the report of coverage out, and keeps the runner's summary back until everything else has been said. */
export class ClosingLines {
  readonly #write: (text: string) => void;
  #kept: string[] | undefined;
  #isInReport = false;

  constructor(write: (text: string) => void = (text) => void process.stdout.write(text)) {
    this.#write = write;
  }

  take(line: string): void {
    if (REPORT_BEGINS.test(line)) this.#isInReport = true;
    if (this.#isInReport) {
      this.#isInReport = !REPORT_ENDS.test(line);
      return;
    }
    if (FIRST.test(line)) this.#kept ??= [];
    if (this.#kept === undefined) this.#write(`${line}\n`);
    else this.#kept.push(line);
  }

  print(): void {
    for (const line of this.#kept ?? []) this.#write(`${line}\n`);
    this.#kept = undefined;
  }
}
