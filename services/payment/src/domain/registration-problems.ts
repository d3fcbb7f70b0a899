import type { RegistrationWish } from './registration.ts';
import { receiverUrlProblem } from './receiver-url.ts';

/** What is wrong with one field of a wish. */
export interface WishProblem {
  /** As the contract names it, in camelCase. */
  readonly field: string;
  readonly reason: string;
}

const URL_CHARS = 2_048;
const MOST_RETRIES = 10;
const MOST_SECONDS = 3;
const MOST_HEADERS = 10;
const HEADER_CHARS = 1_024;
/** A field name of HTTP (RFC 9110), short enough to be one of somebody's own. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
const HEADER_VALUE = /^[\x20-\x7e]*$/;
/** Those of the signature, and those that HTTP needs for itself. */
const TAKEN_HEADERS: ReadonlySet<string> = new Set([
  'webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-webhook-signature', 'content-type', 'content-length', 'content-encoding', 'transfer-encoding', 'host', 'connection',
  'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'expect', 'user-agent',
]);
const SERVICE_NAME = /^[\w.-]+$/;

/** Everything that is wrong with a wish by its text alone; what its address leads to is looked at elsewhere. */
export function registrationProblems({ serviceName, url, types, retries, timeoutSeconds, headers }: RegistrationWish, idChars: number): readonly WishProblem[] {
  const problems: (WishProblem | undefined)[] = [
    serviceName.length > idChars || !SERVICE_NAME.test(serviceName) ? { field: 'serviceName', reason: `must be 1 to ${idChars} letters, digits, underscores, full stops and dashes` } : undefined,
    urlProblem(url),
    types.length === 0 ? { field: 'eventTypes', reason: 'must name at least one type' } : undefined,
    new Set(types).size < types.length ? { field: 'eventTypes', reason: 'must not name a type twice' } : undefined,
    rangeProblem('retryCount', retries, 0, MOST_RETRIES),
    rangeProblem('timeoutSeconds', timeoutSeconds, 1, MOST_SECONDS),
    headers.length > MOST_HEADERS ? { field: 'headers', reason: `must be at most ${MOST_HEADERS}` } : undefined,
    ...headers.slice(0, MOST_HEADERS).map(headerProblem),
    new Set(headers.map(([name]) => name.toLowerCase())).size < headers.length ? { field: 'headers', reason: 'must not have a name twice' } : undefined,
  ];
  return problems.filter((problem) => problem !== undefined);
}

function urlProblem(url: string): WishProblem | undefined {
  const field = 'endpointUrl';
  if (url.length > URL_CHARS) return { field, reason: `must have at most ${URL_CHARS} characters` };
  const reason = receiverUrlProblem(url);
  if (reason !== undefined) return { field, reason };
  return url.toLowerCase().startsWith('https:') ? undefined : { field, reason: 'must be an https URL' };
}

const rangeProblem = (field: string, value: number, least: number, most: number): WishProblem | undefined =>
  Number.isSafeInteger(value) && value >= least && value <= most ? undefined : { field, reason: `must be ${least} to ${most}` };

/** A value is never said again, as it may be a secret. */
function headerProblem([name, value]: readonly [string, string]): WishProblem | undefined {
  const field = 'headers';
  if (!HEADER_NAME.test(name)) return { field, reason: 'has a name that no header may have' };
  if (TAKEN_HEADERS.has(name.toLowerCase())) return { field, reason: `must not have ${name.toLowerCase()}, which the platform sends itself` };
  return value.length <= HEADER_CHARS && HEADER_VALUE.test(value) ? undefined : { field, reason: `has a value under ${name} that is not 0 to ${HEADER_CHARS} printable characters` };
}
