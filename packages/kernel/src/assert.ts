/** Thrown when the program contradicts itself. Never an answer to bad input: that is an outcome. */
export class InvariantBreach extends Error {
  override readonly name = 'InvariantBreach';
}

/** Asserts what must be true whatever the input was; a breach means a bug and stops the process. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantBreach(message);
}

/** Returns a value that the program has made sure exists; a breach means a bug. */
export function present<T>(value: T | undefined | null, message: string): T {
  if (value === undefined || value === null) throw new InvariantBreach(message);
  return value;
}

/** Closes a switch over a union: the compiler refuses a case that was forgotten. */
export function unreachable(value: never): never {
  throw new InvariantBreach(`unreachable: ${JSON.stringify(value)}`);
}
