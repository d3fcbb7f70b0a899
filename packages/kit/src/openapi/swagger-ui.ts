import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { refuse } from '../errors/registry.ts';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '../http/route.ts';
import { CACHE_HEADERS, tagOf, unlessKnown } from './document-routes.ts';

const PACKAGE = 'swagger-ui-dist';
const PATH = '/swagger-ui.html';
/** From the paths of `FROM`. */
const BESIDE = PATH.slice(1);
/** What people type who look for the page. */
const FROM = ['/', '/swagger-ui'] as const;

interface Asset {
  readonly type: string;
  /** A file of the package; its own text where it is ours. */
  readonly data: string | { readonly file: string };
}

/**
 * Swagger UI over `/v3/api-docs`: the page, and the two files of the package that it needs, from this server alone. Files are read when
 * they are asked for and not kept, because a person looks at them now and then, and four servers of a process would hold them for nothing.
 */
export function swaggerUiRoutes(): readonly Route[] {
  const fromHere = createRequire(import.meta.url);
  const manifest = fromHere.resolve(`${PACKAGE}/package.json`);
  const { version } = fromHere(`${PACKAGE}/package.json`) as { readonly version: string };
  const show = async (request: EdgeRequest, name: string): Promise<EdgeReply | Refusal> => {
    const asset = ASSETS.get(name);
    if (asset === undefined) return refuse('NOT_FOUND');
    const etag = typeof asset.data === 'string' ? tagOf(asset.data) : `"${PACKAGE}-${version}-${name}"`;
    // Asked with nothing to send first: whoever has the file does not make it be read.
    const known = unlessKnown(request, etag, undefined, SAFE);
    if (known.status === 304) return known;
    const data = typeof asset.data === 'string' ? asset.data : await readFile(join(dirname(manifest), asset.data.file));
    return unlessKnown(request, etag, { type: asset.type, data }, SAFE);
  };
  const common = { method: 'GET', access: 'anyone' } as const;
  return [
    ...FROM.map((path) => ({ ...common, path, summary: 'Where Swagger UI is', answers: { 302: MOVED }, handle: () => ({ status: 302, headers: { Location: BESIDE } }) })),
    { ...common, path: PATH, summary: 'Swagger UI', answers: answersOf('The page.', 'text/html'), handle: (request) => show(request, 'index.html') },
    {
      ...common,
      path: '/swagger-ui/:asset',
      summary: 'What the page of Swagger UI needs',
      answers: answersOf('One of swagger-ui.css, swagger-ui-bundle.js and start.js.', '*/*'),
      refusals: ['NOT_FOUND'],
      handle: (request) => show(request, request.params['asset'] ?? ''),
    },
  ];
}

const MOVED = { description: 'The page that shows every route.', headers: { Location: 'Relative, as whatever stands in front of the server may have put a path before ours.' } };

const answersOf = (description: string, contentType: string): NonNullable<Route['answers']> => ({
  200: { description, contentType, headers: CACHE_HEADERS },
  304: { description: 'It is the one that the client has.', headers: CACHE_HEADERS },
});

/** Nothing from anywhere else, nothing inline that could run, no frame around it. The page's elements carry styles of their own. */
const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "connect-src 'self'", "base-uri 'none'",
  "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

const SAFE = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Traffic Tacos API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="swagger-ui/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="swagger-ui/swagger-ui-bundle.js"></script>
<script src="swagger-ui/start.js"></script>
</body>
</html>
`;

/** No validator elsewhere is asked about the document, and a token typed in is gone with the page. */
const START = `SwaggerUIBundle({
  url: 'v3/api-docs',
  dom_id: '#ui',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
});
`;

const JAVASCRIPT = 'text/javascript; charset=utf-8';

const ASSETS: ReadonlyMap<string, Asset> = new Map<string, Asset>([
  ['index.html', { type: 'text/html; charset=utf-8', data: PAGE }],
  ['start.js', { type: JAVASCRIPT, data: START }],
  ['swagger-ui-bundle.js', { type: JAVASCRIPT, data: { file: 'swagger-ui-bundle.js' } }],
  ['swagger-ui.css', { type: 'text/css; charset=utf-8', data: { file: 'swagger-ui.css' } }],
]);
