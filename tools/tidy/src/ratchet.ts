/**
 * What may be longer than the limit for now, by `path#name`, and how long. An entry is a debt: it may shrink and vanish, and never grow.
 */
export type Ratchet = Readonly<Record<string, number>>;

interface Measured {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  /** Lines. */
  readonly size: number;
}

interface Excess {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

const RATCHET_FILE = 'tools/tidy/ratchet.json';

/** What is longer than the limit allows, and entries of the ratchet that are larger than what they excuse. */
export function excess(measured: readonly Measured[], limit: number, ratchet: Ratchet): readonly Excess[] {
  const long = measured.filter(({ size }) => size > limit);
  const tooLong = long
    .filter((one) => one.size > (ratchet[keyOf(one)] ?? limit))
    .map((one) => ({
      path: one.path,
      line: one.line,
      message: `${one.name} has ${one.size} lines, ${ratchet[keyOf(one)] ?? limit} are allowed: take a part out that has a name of its own`,
    }));
  const slack = Object.entries(ratchet)
    .map(([key, allowed]) => ({ key, allowed, needed: Math.max(0, ...long.filter((one) => keyOf(one) === key).map(({ size }) => size)) }))
    .filter(({ allowed, needed }) => needed < allowed)
    .map(({ key, needed }) => ({
      path: RATCHET_FILE,
      line: 1,
      message: needed === 0 ? `${key} needs no exception any more: take it out` : `${key} has shrunk to ${needed} lines: write that down`,
    }));
  return [...tooLong, ...slack];
}

const keyOf = ({ path, name }: Measured): string => `${path}#${name}`;
