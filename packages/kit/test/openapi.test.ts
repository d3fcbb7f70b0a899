import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { shape, text, type Route } from '../src/index.ts';
import { withServer } from '../src/testing.ts';
import { GET_ONE, HOLD, PUT_EVENT, ROUTES } from './sample-routes.ts';

interface Response {
  readonly description: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly required: boolean; readonly schema: Readonly<Record<string, unknown>> }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Readonly<Record<string, unknown>> }>> };
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}

type Overrides = Parameters<typeof withServer>[2];

async function documentOf(routes: readonly Route[], overrides: Overrides = {}): Promise<Document> {
  return withServer(routes, async ({ server }) => (await server.inject({ method: 'GET', path: '/v3/api-docs' })).json() as Document, overrides);
}

const statusesOf = async (route: Route): Promise<readonly string[]> => {
  const { paths } = await documentOf([route]);
  return Object.keys(paths[route.path.replace(':id', '{id}')]?.[route.method.toLowerCase()]?.responses ?? {});
};

test('the document of a server is valid OpenAPI 3.0.3, in either spelling, and every operation has a name of its own', async () => {
  for (const answerSpelling of ['client', 'snake'] as const) {
    const document = await documentOf(ROUTES, { settings: { answerSpelling } });
    assert.equal(document.openapi, '3.0.3');
    const { valid, errors } = await new Validator().validate({ ...document });
    assert.ok(valid, JSON.stringify(errors));
    const ids = Object.values(document.paths).flatMap((item) => Object.values(item).flatMap(({ operationId }) => operationId ?? []));
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.length > ROUTES.length);
  }
});

test('the validator that the documents are held to finds what is wrong with one', async () => {
  const document = await documentOf([HOLD]);
  const { valid } = await new Validator().validate({ ...document, paths: { '/x': { get: { responses: { 200: {} } } } } });
  assert.equal(valid, false);
});

test('what the edge refuses for a route follows from what the route says of itself', async () => {
  const always = ['400', '408', '413', '431', '503'];
  const withMore = (...more: readonly string[]) => [...always, ...more].sort();
  assert.deepEqual(await statusesOf({ ...GET_ONE, path: '/plain' }), always);
  assert.deepEqual(await statusesOf(GET_ONE), withMore('404'));
  assert.deepEqual(await statusesOf(HOLD), withMore('401', '403', '415'));
  assert.deepEqual(await statusesOf(PUT_EVENT), withMore('401', '403', '404', '415'));
});

test('answers and refusals that a route declares stand beside those of the edge, each code with its meaning', async () => {
  const route: Route = {
    ...HOLD,
    answers: { 201: { description: 'Held.', body: shape('Held', { reservationId: text() }) } },
    refusals: ['SEAT_UNAVAILABLE', 'INVENTORY_CONFLICT'],
  };
  const { paths, components } = await documentOf([route]);
  const { responses, parameters } = paths['/v1/reservations']?.['post'] ?? assert.fail('the operation is missing');
  assert.deepEqual(Object.keys(responses), ['201', '400', '401', '403', '408', '409', '413', '415', '431', '503']);
  const answer = (status: string): Response => {
    const found = responses[status] ?? assert.fail(`${status} is missing`);
    return '$ref' in found ? (components.responses[found.$ref.split('/').at(-1) ?? ''] ?? assert.fail(`${found.$ref} leads nowhere`)) : found;
  };
  assert.match(answer('409').description, /`SEAT_UNAVAILABLE`: Seat conflict.*\n\* `INVENTORY_CONFLICT`: /);
  assert.match(JSON.stringify(answer('409')), /"enum":\["SEAT_UNAVAILABLE","INVENTORY_CONFLICT"\]/);
  assert.match(JSON.stringify(answer('400')), /"enum":\["INVALID_REQUEST","IDEMPOTENCY_REQUIRED"\]/);
  assert.ok('WWW-Authenticate' in answer('401').headers && 'Retry-After' in answer('503').headers);
  const key = parameters?.find(({ name }) => name === 'Idempotency-Key');
  assert.deepEqual([key?.required, key?.schema['maxLength']], [true, 255]);
});

test('names are spelled as the server answers, and aliases are named beside their field', async () => {
  const held = shape('Held', { reservationId: text() });
  const routes = [{ ...HOLD, answers: { 201: { description: 'Held.', body: held } } }];
  for (const [answerSpelling, member, field] of [['client', 'reservationId', 'eventId'], ['snake', 'reservation_id', 'event_id']] as const) {
    const { paths, components } = await documentOf(routes, { settings: { answerSpelling } });
    assert.deepEqual(Object.keys(components.schemas['Held']?.properties ?? {}), [member]);
    const body = paths['/v1/reservations']?.['post']?.requestBody?.content['application/json']?.schema;
    assert.deepEqual(body?.['required'], [field]);
    assert.match(JSON.stringify(body), /Also taken as `qty`\./);
  }
});

test('a route that takes a form says so beside JSON, with the same fields', async () => {
  const { paths } = await documentOf([{ ...HOLD, takesForm: true }]);
  const content = paths['/v1/reservations']?.['post']?.requestBody?.content ?? {};
  assert.deepEqual(Object.keys(content), ['application/json', 'application/x-www-form-urlencoded']);
  assert.deepEqual(content['application/json'], content['application/x-www-form-urlencoded']);
});

test('a document that cannot be told does not let the server start: an unknown code, a fault of ours, two schemas of one name, an unsayable one', async () => {
  const declaring = (change: Partial<Route>) => documentOf([{ ...HOLD, ...change }]);
  const answering = (...bodies: readonly Readonly<Record<string, unknown>>[]) =>
    declaring({ answers: Object.fromEntries(bodies.map((body, place) => [200 + place, { description: '', body }])) });
  await assert.rejects(declaring({ refusals: ['NO_SUCH_CODE'] }), /NO_SUCH_CODE/);
  await assert.rejects(declaring({ refusals: ['INTERNAL_ERROR'] }), /a fault of ours/);
  await assert.rejects(answering(shape('One', { a: text() }), shape('One', { b: text() })), /called One/);
  await assert.rejects(answering({ type: 'object', patternProperties: {} }), /patternProperties/);
  await assert.rejects(answering({ type: ['string', 'number'] }), /several types/);
});

test('the document is sent with a tag, and not again to whoever has it', async () => {
  await withServer([GET_ONE], async ({ server }) => {
    const ask = (headers: Readonly<Record<string, string>> = {}) => server.inject({ method: 'GET', path: '/v3/api-docs', headers });
    const first = await ask();
    const etag = first.headers['etag'] ?? '';
    assert.deepEqual([first.status, first.headers['cache-control']], [200, 'no-cache']);
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await ask({ 'if-none-match': tag });
      assert.deepEqual([again.status, again.text, again.headers['etag']], [304, '', etag], tag);
    }
    assert.equal((await ask({ 'if-none-match': '"x"' })).text, first.text);
  });
});

test('Swagger UI is served from here, whole, and its policy lets nothing in from elsewhere', async () => {
  await withServer([], async ({ server }) => {
    const get = (path: string) => server.inject({ method: 'GET', path });
    const page = await get('/swagger-ui.html');
    const named = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, to = '']) => to).filter((to) => !to.startsWith('data:'));
    assert.deepEqual(named, ['swagger-ui/swagger-ui.css', 'swagger-ui/swagger-ui-bundle.js', 'swagger-ui/start.js']);
    for (const path of ['swagger-ui.html', ...named]) {
      const { status, headers, text: body } = await get(`/${path}`);
      assert.ok(status === 200 && body.length > 100, path);
      assert.match(headers['content-security-policy'] ?? '', /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      const again = await server.inject({ method: 'GET', path: `/${path}`, headers: { 'if-none-match': headers['etag'] ?? '' } });
      assert.deepEqual([again.status, again.text], [304, '']);
    }
    for (const path of ['/', '/swagger-ui']) {
      const { status, headers } = await get(path);
      assert.deepEqual([status, new URL(headers['location'] ?? '', `http://x${path}`).pathname], [302, '/swagger-ui.html'], path);
    }
    assert.doesNotMatch(page.text, /<script>|https?:|\son[a-z]+="/);
    assert.match((await get('/swagger-ui/start.js')).text, /url: 'v3\/api-docs'/);
    for (const path of ['/swagger-ui/package.json', '/swagger-ui/..%2Fpackage.json', '/swagger-ui/swagger-ui.js', '/swagger-ui/__proto__']) {
      assert.equal((await get(path)).status, 404, path);
    }
  });
});
