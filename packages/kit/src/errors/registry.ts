import { GRPC_ERROR_CODES } from '../grpc/error-codes.ts';
import type { Detail, Refusal } from '../http/route.ts';
import { ERROR_TABLE, type ErrorCode, type ErrorEntry } from './error-table.ts';

/** The languages that messages exist in. */
export type Language = 'en' | 'ko';

/** Codes with what they mean. A service with codes of its own hands a wider one to its server. */
export interface ErrorRegistry {
  /** Undefined for a code that is in no table: a bug of the handler that used it. */
  find(code: string): ErrorEntry | undefined;
  readonly codes: readonly string[];
}

/** What may go with a refusal. */
export interface RefusalFacts {
  readonly details?: readonly Detail[];
  /** Whole seconds, sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A registry over one or more tables: the platform's, and those of services with codes of their own. Throws `ContradictingErrorCode` when
 * two tables give a code a different status or gRPC value, and `MalformedErrorEntry` for an entry that an answer could not be made of.
 */
export function createErrorRegistry(...tables: readonly Readonly<Record<string, ErrorEntry>>[]): ErrorRegistry {
  const entries = new Map<string, ErrorEntry>();
  for (const [code, entry] of tables.flatMap((table) => Object.entries(table))) {
    const problem = problemOf(code, entry);
    if (problem !== undefined) throw new MalformedErrorEntry(code, problem);
    const earlier = entries.get(code);
    if (earlier !== undefined && (earlier.status !== entry.status || earlier.grpc !== entry.grpc)) {
      throw new ContradictingErrorCode(code);
    }
    entries.set(code, entry);
  }
  return { find: (code) => entries.get(code), codes: [...entries.keys()] };
}

function problemOf(code: string, { status, grpc, message }: ErrorEntry): string | undefined {
  if (!/^[A-Z]+(?:_[A-Z]+)*$/.test(code)) return 'is not in capitals';
  if (!Number.isInteger(status) || status < 400 || status > 599) return `has the status ${status}, which refuses nothing`;
  if (!Object.hasOwn(GRPC_ERROR_CODES, grpc)) return `names ${grpc}, which is no value of the contract`;
  if (!/^[ -~]+\.$/.test(message.en)) return 'has no English sentence';
  return /[가-힣].*\.$/.test(message.ko) ? undefined : 'has no Korean sentence';
}

/** The platform's own table, as a registry. */
export const ERROR_REGISTRY: ErrorRegistry = createErrorRegistry(ERROR_TABLE);

/** A refusal by a code of the platform's table, for handlers to return. */
export function refuse(code: ErrorCode, facts?: RefusalFacts): Refusal {
  return facts === undefined ? { refused: code } : { refused: code, ...facts };
}

/** Two tables disagree about one code. */
class ContradictingErrorCode extends Error {
  override readonly name = 'ContradictingErrorCode';

  constructor(code: string) {
    super(`two error tables give ${code} a different meaning`);
  }
}

/** An entry of an error table says what cannot be. */
class MalformedErrorEntry extends Error {
  override readonly name = 'MalformedErrorEntry';

  constructor(code: string, problem: string) {
    super(`the error code ${code} ${problem}`);
  }
}
