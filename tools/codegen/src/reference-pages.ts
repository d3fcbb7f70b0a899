import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_TABLE, METRICS, PLANNED_METRICS, PLATFORM_SETTINGS, PROCESS_METRICS } from '@traffic-tacos/kit';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { apiPage } from './api-reference.ts';
import { errorsPage } from './errors-reference.ts';
import { metricsPage } from './metrics-reference.ts';
import { productSources } from './product-sources.ts';
import { differencesPage, statesPage } from './records-reference.ts';
import { servedDocuments } from './served-documents.ts';
import { settingsPage } from './settings-reference.ts';

export interface Page {
  /** Relative to the root of the tree. */
  readonly path: string;
  readonly text: string;
}

/**
 * The pages that are made from the settings schema, the table of metrics, the error tables, the lists of differences and states and the routes, and the documents of the REST
 * ports, as they should stand.
 */
export async function referencePages(root: string): Promise<readonly Page[]> {
  const sources = productSources(root);
  const served = await servedDocuments();
  return [
    { path: 'docs/reference/settings.md', text: settingsPage(PLATFORM_SETTINGS, sources) },
    { path: 'docs/reference/errors.md', text: errorsPage([ERROR_TABLE, PAYMENT_ERRORS], sources, served) },
    { path: 'docs/reference/metrics.md', text: metricsPage(Object.values(METRICS), PLANNED_METRICS, PROCESS_METRICS) },
    { path: 'docs/reference/differences.md', text: differencesPage() },
    { path: 'docs/reference/states.md', text: statesPage() },
    { path: 'docs/reference/api.md', text: apiPage(served) },
    ...served.map(({ service, document }) => ({ path: `contracts/openapi/${service}.json`, text: `${JSON.stringify(document, undefined, 1)}\n` })),
  ];
}

/** Those that stand otherwise in the tree, or not at all. */
export function stalePages(root: string, pages: readonly Page[]): readonly Page[] {
  return pages.filter(({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text);
}
