import { join } from 'node:path';
import { CONTRACTS, runBuf, type BufResult } from './buf.ts';

/** What clients have been built from: the contract as it was published last, without comments. */
const PUBLISHED = join(CONTRACTS, 'published.binpb');

/** Whether .proto files keep the rules of buf.yaml, and are laid out as `buf format` does. `input` is a folder with both. */
export function lint(buf: string, input = '.'): BufResult {
  const linted = runBuf(buf, ['lint', input]);
  return linted.ok ? runBuf(buf, ['format', input, '--diff', '--exit-code']) : linted;
}

/** Whether everything that is published is still there, unchanged. `input` is a folder as for `lint`. */
export function breaking(buf: string, input = '.'): BufResult {
  return runBuf(buf, ['breaking', input, '--against', PUBLISHED]);
}

/** Makes the .proto files as they stand the published contract: only what is added can come in this way, since `breaking` goes first. */
export function publish(buf: string): BufResult {
  const compared = breaking(buf);
  const words = ['build', '--as-file-descriptor-set', '--exclude-source-info', '--output', PUBLISHED];
  return compared.ok ? runBuf(buf, words) : compared;
}
