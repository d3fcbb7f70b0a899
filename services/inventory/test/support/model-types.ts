/** What a buyer asks for in a model run; reservations are named by small numbers. */
export interface Ask {
  readonly id: number;
  readonly user: string;
  /** Undefined where a quantity is asked for. */
  readonly seats: readonly string[] | undefined;
  readonly quantity: number;
  readonly section: string | undefined;
  /** Whether a quantity may be seated apart. */
  readonly apart: boolean;
  readonly forMs: number;
}

export interface ModelHold {
  readonly ask: Ask;
  readonly user: string;
  readonly section: string | undefined;
  readonly seats: readonly string[];
  readonly quantity: number;
  readonly total: number;
  state: 'held' | 'committed' | 'released' | 'expired' | 'returned';
  until: number;
  extendedBy: number;
}

export interface ModelSection {
  readonly id: string;
  price: number;
  seats: string[];
  /** Undefined for numbered seats. */
  capacity: number | undefined;
  blocked: Set<string>;
}
