/** What a spreadsheet takes for the beginning of a formula, also behind blanks. */
const FORMULA = /^\s*[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;
const TO_BE_QUOTED = /[",\r\n]|^\s|\s$/;

/**
 * One line of CSV after RFC 4180, its end included. A text that a spreadsheet would run as a formula gets an apostrophe in front, so that
 * what a buyer has chosen as a name does nothing on the machine of whoever opens the file; numbers stay numbers.
 */
export const csvLine = (cells: readonly (string | number)[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: string | number): string {
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return TO_BE_QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
