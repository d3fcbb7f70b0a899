import type { ErrorEntry } from '@traffic-tacos/kit';
import type { ProductSource } from './product-sources.ts';

/** It names values of `common.v1.ErrorCode`, which are often spelled like codes of ours. */
const ERROR_TABLE_FILE = 'packages/kit/src/errors/error-table.ts';

type ErrorTable = Readonly<Record<string, ErrorEntry>>;

/** The page of the error codes, by status. A code that no source gives yet is marked as planned. */
export function errorsPage(tables: readonly ErrorTable[], sources: readonly ProductSource[]): string {
  const texts = sources.filter(({ path }) => path !== ERROR_TABLE_FILE).map(({ text }) => text);
  const isGiven = (code: string): boolean => texts.some((text) => text.includes(`'${code}'`));
  const rows = tables
    .flatMap((table) => Object.entries(table))
    .toSorted(([, a], [, b]) => a.status - b.status)
    .map(([code, entry]) => rowOf(isGiven(code) ? `\`${code}\`` : `\`${code}\` ◦`, entry));
  return [INTRODUCTION, ...rows, ''].join('\n');
}

function rowOf(code: string, { status, grpc, message }: ErrorEntry): string {
  const cells = [code, String(status), `\`${grpc}\``, message.en, message.ko];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const INTRODUCTION = `<!-- Generated from the error tables by npm run reference; do not edit. -->
# Error codes

The form of an error answer, and which refusal goes before which, stand in [interfaces.md](interfaces.md), §1. \`code\` is stable; \`message\` is for people
and follows \`Accept-Language\`. ◦ marks a code that nothing gives yet, and the value of \`common.v1.ErrorCode\` that a code is to have in gRPC.

| Code | HTTP | gRPC ◦ | English | 한국어 |
|---|---|---|---|---|`;
