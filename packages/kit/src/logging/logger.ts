import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import type { KeptLines } from './kept-lines.ts';
import { givenOutput, keptBeside, openOutput, type LogOutput } from './log-output.ts';
import { maskText } from './mask-text.ts';
import { mask } from './mask.ts';

/** From the most to the least talkative. `silent` writes nothing. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What goes with a message. Wire names are used as they are (`trace_id`, `reservation_id`); an `Error` goes under `err`. */
export type LogFacts = Readonly<Record<string, unknown>>;

/** Writes one JSON object a line: `ts, level, service, msg` and the facts, all masked. */
export interface Logger {
  /** From which level on lines are written, of every service of this log. */
  readonly level: LogLevel;
  /** Holds from now on, for every service of this log. */
  setLevel(level: LogLevel): void;
  /** Whether lines of this level are written: ask before collecting facts on a hot path. */
  isEnabled(level: LogLevel): boolean;
  debug(facts: LogFacts, message: string): void;
  info(facts: LogFacts, message: string): void;
  warn(facts: LogFacts, message: string): void;
  error(facts: LogFacts, message: string): void;
  /** The same log under another service's name. */
  named(service: string): Logger;
  /** Resolves when all lines so far have been handed to the system. */
  flush(): Promise<void>;
  /** Opens the file anew, by its name: whoever rotates logs has moved the old one away. Nothing for a log that is no file of its own. */
  reopen(): void;
  /** The newest lines that are kept in memory, newest first. */
  newest(): Iterable<string>;
}

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  /** A file's path, a file descriptor (1 standard output, 2 standard error), or anything with `write`. */
  readonly destination: string | 1 | 2 | DestinationStream;
  /** Where the newest lines are kept for operators; nowhere unless given. */
  readonly kept?: KeptLines;
  /** For the `ts` of each line; the wall clock unless given. */
  readonly wallMs?: () => number;
}

export function createLogger({ service, level, destination, kept, wallMs = Date.now }: LoggerOptions): Logger {
  const output = keptBeside(typeof destination === 'object' ? givenOutput(destination) : openOutput(destination), kept);
  const root = pino(
    {
      // What is written is decided before it comes here, so that it can be decided anew.
      level: LOG_LEVELS[0],
      messageKey: 'msg',
      base: null,
      timestamp: () => `,"ts":"${new Date(wallMs()).toISOString()}"`,
      // Errors arrive as masked data; the library's own serializer would take them for something else.
      serializers: { err: (masked: unknown) => masked },
      formatters: { level: (label) => ({ level: label }) },
    },
    output.stream,
  );
  return wrap(root, service, output, kept, { rank: rankOf(level) });
}

/** Lines below it are not written; one for all services of a log. */
interface Threshold {
  rank: number;
}

const rankOf = (level: LogLevel): number => LOG_LEVELS.indexOf(level);

function wrap(root: PinoLogger, service: string, output: LogOutput, kept: KeptLines | undefined, threshold: Threshold): Logger {
  const child = root.child({ service });
  const write =
    (level: Exclude<LogLevel, 'silent'>, rank = rankOf(level)) =>
    (facts: LogFacts, message: string): void => {
      if (rank >= threshold.rank) child[level](mask(facts), maskText(message));
    };
  return {
    get level() {
      return LOG_LEVELS[threshold.rank] ?? 'silent';
    },
    setLevel: (level) => {
      threshold.rank = rankOf(level);
    },
    isEnabled: (level) => rankOf(level) >= threshold.rank,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    named: (other) => wrap(root, other, output, kept, threshold),
    flush: () => output.flush(),
    reopen: () => output.reopen(),
    newest: () => kept?.newest() ?? [],
  };
}
