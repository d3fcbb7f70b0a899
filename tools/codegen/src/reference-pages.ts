import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_TABLE, METRICS, PLANNED_METRICS, PLATFORM_SETTINGS, PROCESS_METRICS } from '@traffic-tacos/kit';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { errorsPage } from './errors-reference.ts';
import { metricsPage } from './metrics-reference.ts';
import { productSources } from './product-sources.ts';
import { settingsPage } from './settings-reference.ts';

export interface Page {
  /** Relative to the root of the tree. */
  readonly path: string;
  readonly text: string;
}

/** The pages that are made from the settings schema, the error tables and the table of metrics, as they should stand. */
export function referencePages(root: string): readonly Page[] {
  const sources = productSources(root);
  return [
    { path: 'docs/reference/settings.md', text: settingsPage(PLATFORM_SETTINGS, sources) },
    { path: 'docs/reference/errors.md', text: errorsPage([ERROR_TABLE, PAYMENT_ERRORS], sources) },
    { path: 'docs/reference/metrics.md', text: metricsPage(Object.values(METRICS), PLANNED_METRICS, PROCESS_METRICS) },
  ];
}

/** Those that stand otherwise in the tree, or not at all. */
export function stalePages(root: string, pages: readonly Page[]): readonly Page[] {
  return pages.filter(({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text);
}
