import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createErrorRegistry, ERROR_TABLE } from '@traffic-tacos/kit';
import { problemOf } from '@traffic-tacos/kit/testing';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { wrongWithLog } from '../src/checkpoint.ts';
import { RestConnection } from '../src/rest/connection.ts';
import { RpcConnection } from '../src/rpc/connection.ts';
import { createSecrets } from '../src/secrets.ts';
import { openStage, type Stage } from '../src/stage.ts';
import { CORPUS, CORPUS_CALLS, type CorpusRequest } from './corpus.ts';

const registry = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);

let stage: Stage;
before(async () => {
  stage = await openStage('debug');
});
after(() => stage.stop());

function bytesOf({ line, as, headers = [], body = '' }: CorpusRequest): Buffer {
  const { people, organizer, admin } = stage.world;
  const sender = as === undefined ? undefined : { user: people[0].sender, organizer, admin }[as];
  const lines = [`${line} HTTP/1.1`, 'Host: x', ...headers, `Content-Length: ${Buffer.byteLength(body)}`];
  if (sender !== undefined) lines.push(`Authorization: ${sender.authorization ?? ''}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
}

test('S18, S20: what has once been answered wrongly, or breaks servers elsewhere, is answered rightly', async () => {
  for (const request of CORPUS) {
    const connection = new RestConnection(stage.ports[request.service]);
    const bytes = bytesOf(request);
    const { replies } = await connection.send(bytes, false, []);
    connection.destroy();
    const [reply] = replies;
    assert.ok(reply !== undefined, request.name);
    assert.equal(reply.status, request.status, `${request.name}: ${reply.text}`);
    assert.equal(problemOf(reply, bytes, registry), undefined, request.name);
  }
});

test('S18, S20: the same over gRPC', async () => {
  for (const { name, service, path, as, metadata, body, status } of CORPUS_CALLS) {
    const connection = new RpcConnection(stage.platform.grpcAddresses[service]);
    const sender = as === undefined ? undefined : { user: stage.world.people[0].sender, service: stage.world.services[service] }[as];
    const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...metadata };
    const reply = await connection.call(sender === undefined ? headers : { ...headers, authorization: sender.authorization }, Buffer.from(body, 'hex'));
    connection.destroy();
    assert.equal(reply.status, status, `${name}: ${reply.message}`);
  }
});

test('S18: each forged token is 401 on a port, and nothing of it is logged', async () => {
  const connection = new RestConnection(stage.ports.reservation);
  for (const { name, authorization } of stage.world.forged) {
    const { replies } = await connection.send(Buffer.from(`GET /v1/reservations HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization ?? ''}\r\n\r\n`), false, []);
    assert.equal(replies[0]?.status, 401, name);
  }
  connection.destroy();
  assert.equal(wrongWithLog(stage.takeLogLines(), createSecrets(stage.world)), undefined);
});
