import { GRPC_ERROR_CODES, type ErrorEntry } from '@traffic-tacos/kit';
import type { ProductSource } from './product-sources.ts';
import type { ServedDocument } from './served-documents.ts';

/** It names values of `common.v1.ErrorCode`, which are often spelled like codes of ours. */
const ERROR_TABLE_FILE = 'packages/kit/src/errors/error-table.ts';

type ErrorTable = Readonly<Record<string, ErrorEntry>>;

/** The page of the error codes, by status. A code that no source gives yet is marked as planned. */
export function errorsPage(tables: readonly ErrorTable[], sources: readonly ProductSource[], served: readonly ServedDocument[]): string {
  const texts = sources.filter(({ path }) => path !== ERROR_TABLE_FILE).map(({ text }) => text);
  const isGiven = (code: string): boolean => texts.some((text) => text.includes(`'${code}'`));
  const rows = tables
    .flatMap((table) => Object.entries(table))
    .toSorted(([, a], [, b]) => a.status - b.status)
    .map(([code, entry]) => rowOf(isGiven(code) ? `\`${code}\`` : `\`${code}\` ◦`, entry, portsOf(code, served)));
  return [INTRODUCTION, ...rows, ''].join('\n');
}

/** The services whose REST ports list the code. */
function portsOf(code: string, served: readonly ServedDocument[]): string {
  const listing = served.filter(({ document }) => JSON.stringify(document).includes(`"${code}"`)).map(({ service }) => service);
  return listing.length === served.length ? 'all' : listing.join(', ');
}

function rowOf(code: string, { status, grpc, message }: ErrorEntry, ports: string): string {
  const cells = [code, String(status), ports, grpcCell(grpc), message.en, message.ko];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The value of the contract, and the status of a call that ends with it. An outcome ends with OK unless the client wants statuses. */
function grpcCell(name: string): string {
  const mapped = GRPC_ERROR_CODES[name];
  if (mapped === undefined) return `\`${name}\``;
  return `\`${name}\` ${mapped.number}, ${mapped.isOutcome ? 'outcome' : 'status'} ${STATUS_NAMES[mapped.status] ?? ''}`;
}

/** By number, as gRPC defines them. */
const STATUS_NAMES = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
];

const INTRODUCTION = `<!-- Generated from the error tables by npm run reference; do not edit. -->
# Error codes

The form of an error answer, and which refusal goes before which, stand in [interfaces.md](interfaces.md), §1; which route gives which code in
[api.md](api.md). \`code\` is stable; \`message\` is for people and follows \`Accept-Language\`. ◦ marks a code that nothing gives yet.

REST: the ports whose documents list the code, in answers of their own or of the edge. 405 is for a method that a path does not have, 500 for a fault of ours; no
route lists them. gRPC: the value of \`common.v1.ErrorCode\` with its number. An *outcome* stands in the response's \`error\`, and the call ends with OK, or with
the status named where the client sends \`x-error-mode: status\`; everything else is that *status*.

| Code | HTTP | REST | gRPC | English | 한국어 |
|---|---|---|---|---|---|`;
