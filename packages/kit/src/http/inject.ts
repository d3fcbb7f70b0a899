import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { InjectReply, InjectRequest } from './server-options.ts';

/** Runs a request through the server without a socket. */
export async function injectInto(app: FastifyInstance, request: InjectRequest): Promise<InjectReply> {
  const { body, headers = {} } = request;
  const isSentAsIs = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  const response = await app.inject({
    // Methods that Fastify does not know are part of what is tested.
    method: request.method as 'GET',
    url: request.path,
    headers: isSentAsIs ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { payload: isSentAsIs ? body : JSON.stringify(body) }),
  });
  return {
    status: response.statusCode,
    headers: headersOf(response.raw.res),
    text: response.body,
    json: () => JSON.parse(response.body) as unknown,
  };
}

/** The header as it would go out: answers write theirs in one piece, which the injecting library does not look into. */
function headersOf(res: ServerResponse & { readonly _header?: string }): Readonly<Record<string, string>> {
  const lines = (res._header ?? '').split('\r\n').slice(1);
  const fields = lines.filter((line) => line.includes(': ')).map((line): [string, string] => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)];
  });
  return Object.fromEntries(fields);
}
