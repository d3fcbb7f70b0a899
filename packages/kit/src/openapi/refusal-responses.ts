import { present } from '@traffic-tacos/kernel';
import type { ErrorRegistry } from '../errors/registry.ts';
import type { GivenCode } from './given-codes.ts';
import { INSTANT, listOf, shape, text, type Schema } from './shapes.ts';

/** The body of every refusal. */
const ERROR_SHAPE: Schema = shape('Error', {
  error: shape('ErrorFacts', {
    code: text(undefined, 'Stable, for programs; each answer lists its own.'),
    message: text(undefined, 'For people, in the language of Accept-Language: English or Korean.'),
    traceId: { type: 'string', pattern: '^[0-9a-f]{32}$' },
    timestamp: INSTANT,
    path: text(undefined, 'The path of the request, without its query.'),
    details: listOf(
      shape('ErrorDetail', {
        field: text('seatIds[2]', 'The field or thing that the reason is about, spelled as the answer is.'),
        reason: text('is listed more than once'),
      }),
    ),
  }),
});

/** What a status says when it refuses: every code with its meaning, for people and, as `enum`, for programs. */
export interface RefusalResponse {
  readonly description: string;
  /** In the words of JSON Schema, still to be spelled. */
  readonly schema: Schema;
}

export function refusalResponse(codes: readonly string[], registry: ErrorRegistry): RefusalResponse {
  const lines = codes.map((code) => `* \`${code}\`: ${present(registry.find(code), 'codes are looked up before').message.en}`);
  const narrowed = { type: 'object', properties: { error: { type: 'object', properties: { code: { type: 'string', enum: codes } } } } };
  return { description: lines.join('\n'), schema: { allOf: [ERROR_SHAPE, narrowed] } };
}

/** The codes of each status, in the order in which they are given. */
export function codesByStatus(given: readonly GivenCode[]): ReadonlyMap<number, readonly string[]> {
  const byStatus = new Map<number, string[]>();
  for (const { status, code } of given) {
    const codes = byStatus.get(status) ?? [];
    if (!codes.includes(code)) byStatus.set(status, [...codes, code]);
  }
  return byStatus;
}
