import { epochMsOf, timestampOf, type AdminService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { LogLevel, type LogEntry } from '@traffic-tacos/contracts/proto/common/v1/admin';
import { invalidRequest, optionalText, refuse, type UnaryHandler } from '@traffic-tacos/kit';
import type { AdminReadDeps } from './admin-reads.ts';
import { notPossible } from './admin-changes.ts';

type Rpc = typeof AdminService.getLogs;

/** Lines in one answer. */
const MOST = 100;
const QUERY_CHARS = 200;
/** Of one fact of a line: a stack, for instance. */
const FIELD_CHARS = 4_000;

const LEVELS: Readonly<Record<string, LogLevel>> = { debug: LogLevel.LOG_LEVEL_DEBUG, info: LogLevel.LOG_LEVEL_INFO, warn: LogLevel.LOG_LEVEL_WARN, error: LogLevel.LOG_LEVEL_ERROR };
const LOG_LEVELS: ReadonlySet<number> = new Set(Object.values(LogLevel));
const UNKNOWN_SERVICE = refuse('NOT_FOUND', { details: [{ field: 'service', reason: 'is none of this platform' }] });
const ELSEWHERE = notPossible('service', 'runs in another process, which keeps its own lines');

/** A line as it was written. */
interface Line {
  readonly ts: string;
  readonly level: string;
  readonly service: string;
  readonly msg: string;
  readonly [fact: string]: unknown;
}

/** The newest lines that this process has written, as they were masked then. Of `service` those that it wrote; all where none is named. */
export const getLogsRpc = ({ known, logs, limits }: AdminReadDeps): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  ({ service, level, startTime, endTime, limit, searchQuery }) => {
    const invalid = invalidRequest(
      optionalText('service', service, limits.idChars), optionalText('searchQuery', searchQuery, QUERY_CHARS),
      limit < 0 || limit > MOST ? { field: 'limit', reason: `must be at most ${MOST}` } : undefined,
      !LOG_LEVELS.has(level) ? { field: 'level', reason: 'is a number that has no meaning here' } : undefined,
    );
    if (invalid !== undefined) return invalid;
    const states = known.states();
    if (service !== '' && !states.has(service)) return UNKNOWN_SERVICE;
    if (service !== '' && states.get(service) === undefined) return ELSEWHERE;
    const fromMs = startTime === undefined ? 0 : (epochMsOf(startTime) ?? 0);
    const toMs = endTime === undefined ? Number.POSITIVE_INFINITY : (epochMsOf(endTime) ?? 0);
    const least = level === LogLevel.LOG_LEVEL_UNSPECIFIED ? LogLevel.LOG_LEVEL_INFO : level;
    const isWanted = (line: Line): boolean => {
      const atMs = Date.parse(line.ts);
      return atMs >= fromMs && atMs <= toMs && levelOf(line) >= least && (service === '' || line.service === service) && line.msg.includes(searchQuery);
    };
    const most = limit === 0 ? MOST : limit;
    const found: LogEntry[] = [];
    for (const text of logs()) {
      const line = lineOf(text);
      if (line === undefined || !isWanted(line)) continue;
      if (found.length === most) return { logs: found, hasMore: true, nextCursor: '', error: undefined };
      found.push(entryOf(line));
    }
    return { logs: found, hasMore: false, nextCursor: '', error: undefined };
  };

const levelOf = ({ level }: Line): LogLevel => LEVELS[level] ?? LogLevel.LOG_LEVEL_INFO;

function lineOf(text: string): Line | undefined {
  const line: unknown = JSON.parse(text);
  return typeof line === 'object' && line !== null && 'ts' in line && 'msg' in line ? (line as Line) : undefined;
}

function entryOf({ ts, level, service, msg, trace_id: traceId, ...facts }: Line): LogEntry {
  const fields = Object.entries(facts).map(([name, value]) => [name, (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, FIELD_CHARS)] as const);
  return { timestamp: timestampOf(Date.parse(ts)), level: levelOf({ ts, level, service, msg }), service, message: msg, traceId: typeof traceId === 'string' ? traceId : '', fields: new Map(fields) };
}
