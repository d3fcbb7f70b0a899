import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { ManualClock, present } from '@traffic-tacos/kernel';
import { readWebhookSecret, newWebhookSecret, secretForOrigin, signWebhook, verifyWebhook, type WebhookSecrets } from '@traffic-tacos/kit';
import { createWebhookPoster, type ResolveName, type WebhookPosterDeps } from '../src/adapters/http/post-webhook.ts';

interface Heard {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const SECRETS: WebhookSecrets = [present(readWebhookSecret(newWebhookSecret()), 'a secret')];
const MESSAGE = { webhookId: 'whk_1_1', url: undefined, body: '{"type":"payment.approved","name":"가"}' };
const NAME = 'http://receiver.example';

/** Runs `body` beside a receiver of this machine, and answers what it heard. */
async function beside(respond: (res: ServerResponse, heard: Heard) => void, body: (port: number) => Promise<void>): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const each = { path: req.url ?? '', headers: req.headers, body: Buffer.concat(chunks).toString() };
      heard.push(each);
      respond(res, each);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return heard;
}

const clock = new ManualClock();
const posterFor = (ownUrl: string, otherwise: Partial<WebhookPosterDeps> = {}) => createWebhookPoster({ ownUrl, secrets: SECRETS, clock, ...otherwise });

/** Resolves every name to these addresses, one call after the other. */
function resolvesTo(...answers: readonly (readonly string[])[]): { readonly lookup: ResolveName; readonly asked: () => number } {
  let asked = 0;
  const answer: ResolveName = (_name, _options, found) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    found(null, addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
  return { lookup: answer, asked: () => asked };
}

describe('a webhook', () => {
  it('goes to the platform’s own receiver although that is an internal address, signed over its bytes', async () => {
    const heard = await beside((res) => res.writeHead(204).end(), async (port) => {
      const poster = posterFor(`http://127.0.0.1:${port}/api/v1/webhooks/payment`);
      assert.deepEqual(await poster.post(MESSAGE), { kind: 'accepted' });
      poster.close();
    });
    const [one] = heard;
    assert.ok(one !== undefined);
    assert.deepEqual([one.path, one.body, one.headers['content-type']], ['/api/v1/webhooks/payment', MESSAGE.body, 'application/json']);
    const header = (name: string) => one.headers[name] as string | undefined;
    const received = { id: header('webhook-id'), timestamp: header('webhook-timestamp'), signature: header('webhook-signature'), body: Buffer.from(one.body) };
    assert.equal(verifyWebhook(SECRETS, received, clock.wallMs() / 1000).kind, 'genuine');
    assert.match(header('x-webhook-signature') ?? '', /^sha256=[0-9a-f]{64}$/);
  });

  it('is signed for another receiver with a secret that fits its origin only', async () => {
    const heard = await beside((res) => res.writeHead(200).end('ok'), async (port) => {
      const poster = posterFor('http://127.0.0.1:1/', { isAllowed: () => true, lookup: resolvesTo(['127.0.0.1']).lookup });
      assert.deepEqual(await poster.post({ ...MESSAGE, url: `${NAME}:${port}/hook` }), { kind: 'accepted' });
    });
    const [one] = heard;
    assert.ok(one !== undefined);
    const header = (name: string) => one.headers[name] as string | undefined;
    const received = { id: header('webhook-id'), timestamp: header('webhook-timestamp'), signature: header('webhook-signature'), body: Buffer.from(one.body) };
    const origin = `http://${String(one.headers.host)}`;
    assert.equal(verifyWebhook([secretForOrigin(SECRETS, origin)], received, clock.wallMs() / 1000).kind, 'genuine');
    assert.equal(verifyWebhook(SECRETS, received, clock.wallMs() / 1000).kind, 'signature_wrong');
  });

  it('is refused by any answer but 2xx; a redirect is not followed', async () => {
    for (const status of [301, 302, 307, 308, 400, 404, 410, 500, 503]) {
      const heard = await beside((res) => res.writeHead(status, { location: '/elsewhere' }).end(), async (port) => {
        const poster = posterFor(`http://127.0.0.1:${port}/`);
        assert.deepEqual(await poster.post(MESSAGE), { kind: 'refused', status });
        const other = posterFor('http://127.0.0.1:1/', { isAllowed: () => true, lookup: resolvesTo(['127.0.0.1']).lookup });
        assert.deepEqual(await other.post({ ...MESSAGE, url: `${NAME}:${port}/` }), { kind: 'refused', status });
        poster.close();
      });
      assert.deepEqual(heard.map(({ path }) => path), ['/', '/'], String(status));
    }
  });

  it('is given up on for now when there is no answer in time, and when nobody listens', async () => {
    await beside(() => undefined, async (port) => {
      const poster = posterFor(`http://127.0.0.1:${port}/`, { timeoutMs: 50 });
      assert.deepEqual(await poster.post(MESSAGE), { kind: 'unreachable', reason: 'did not answer in time' });
      poster.close();
    });
    assert.deepEqual(await posterFor('http://127.0.0.1:1/').post(MESSAGE), { kind: 'unreachable', reason: 'could not be reached: ECONNREFUSED' });
  });

  it('that the runtime refuses to send is a failure, and no exception', async () => {
    const refused = { kind: 'unreachable', reason: 'could not be reached: ERR_INVALID_CHAR' };
    assert.deepEqual(await posterFor('http://127.0.0.1:1/').post({ ...MESSAGE, webhookId: 'a\nb' }), refused);
  });
});

describe('a registered receiver elsewhere', () => {
  it('S11: gets the signatures of all secrets that sign for it, and its own headers, which replace none of ours', async () => {
    const [newer, older] = [newWebhookSecret(), newWebhookSecret()];
    const heard = await beside((res) => res.writeHead(204).end(), async (port) => {
      const poster = posterFor('http://127.0.0.1:1/', { isAllowed: () => true, lookup: resolvesTo(['127.0.0.1']).lookup });
      const terms = { secrets: [newer, older], timeoutMs: 3_000, headers: [['X-Shop', '7'], ['webhook-id', 'forged']] as const };
      assert.deepEqual(await poster.post({ ...MESSAGE, url: `${NAME}:${port}/` }, terms), { kind: 'accepted' });
    });
    const { headers, body } = present(heard[0], 'a message');
    const received = { id: String(headers['webhook-id']), timestamp: String(headers['webhook-timestamp']), signature: String(headers['webhook-signature']), body: Buffer.from(body) };
    const verdictBy = (text: string) => verifyWebhook([present(readWebhookSecret(text), 'a secret')], received, Number(received.timestamp)).kind;
    assert.deepEqual([newer, older, newWebhookSecret()].map(verdictBy), ['genuine', 'genuine', 'signature_wrong']);
    assert.deepEqual([headers['x-shop'], headers['webhook-id']], ['7', MESSAGE.webhookId]);
  });

  it('is given the time that it was registered with, and never more than all have', async () => {
    await beside(() => undefined, async (port) => {
      const poster = posterFor('http://127.0.0.1:1/', { isAllowed: () => true, lookup: resolvesTo(['127.0.0.1']).lookup, timeoutMs: 50 });
      const late = { kind: 'unreachable', reason: 'did not answer in time' };
      for (const timeoutMs of [20, 600_000]) assert.deepEqual(await poster.post({ ...MESSAGE, url: `${NAME}:${port}/` }, { secrets: [''], timeoutMs, headers: [] }), late);
    });
  });

  it('may be registered unless its name leads inside by now; with the guard taken away it may', async () => {
    const may = (addresses: readonly string[], isAllowed?: (address: string) => boolean) =>
      posterFor('http://127.0.0.1:1/', { lookup: resolvesTo(addresses).lookup, ...(isAllowed === undefined ? {} : { isAllowed }) }).rules.mayReceive('https://shop.example/');
    assert.deepEqual(await Promise.all([may(['8.8.8.8']), may(['127.0.0.1']), may(['8.8.8.8', '10.0.0.1']), may(['169.254.169.254'])]), [true, false, false, false]);
    assert.equal(await may(['127.0.0.1'], () => true), true, 'a planted guard that lets everybody through');
    const nowhere: ResolveName = (_name, _options, found) => found(new Error('ENOTFOUND'), []);
    const silent: ResolveName = () => undefined;
    for (const lookup of [nowhere, silent]) assert.equal(await posterFor('http://127.0.0.1:1/', { lookup, timeoutMs: 20 }).rules.mayReceive('https://shop.example/'), true, 'it is judged again with every message');
  });

  it('verifies with its own secret, or with the one that follows from the platform’s where it has given none', () => {
    const { rules } = posterFor('http://127.0.0.1:1/');
    const payload = Buffer.from('msg_1.1700000000.{}');
    const by = (secret: WebhookSecrets[0]) => signWebhook(secret, { id: 'msg_1', timestampSeconds: 1_700_000_000, body: Buffer.from('{}') })['webhook-signature'] ?? '';
    const derived = by(secretForOrigin(SECRETS, 'https://shop.example'));
    assert.deepEqual([rules.verify('https://shop.example/a', [''], payload, derived), rules.verify('https://other.example/a', [''], payload, derived)], [true, false]);
    const own = newWebhookSecret();
    assert.deepEqual([rules.isSecret(own), rules.isSecret('hush'), rules.verify('https://shop.example/', [own], payload, derived)], [true, false, false]);
  });
});

describe('a receiver elsewhere', () => {
  const refusedFor = async (url: string, addresses: readonly string[]): Promise<void> => {
    const heard = await beside((res) => res.writeHead(200).end(), async (port) => {
      const poster = posterFor('http://127.0.0.1:1/', { lookup: resolvesTo(addresses).lookup });
      assert.deepEqual(await poster.post({ ...MESSAGE, url: url.replace('PORT', String(port)) }), { kind: 'address_not_allowed' }, url);
    });
    assert.equal(heard.length, 0, url);
  };

  it('is never an internal address, in whatever form it is written', async () => {
    const forms = ['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '10.0.0.1', '169.254.169.254', '[fe80::1]'];
    for (const host of forms) await refusedFor(`http://${host}:PORT/`, []);
  });

  it('is never a name that leads to an internal address, not even beside public ones', async () => {
    for (const addresses of [['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['127.0.0.1', '8.8.8.8'], ['169.254.169.254'], []]) {
      await refusedFor(`${NAME}:PORT/`, addresses);
    }
    await refusedFor('http://localhost:PORT/', ['127.0.0.1']);
  });

  it('is looked up once for each message, and what was judged is what is connected to: a name that changes what it says gains nothing', async () => {
    // 127.0.0.2 stands for a public address here, at which nobody listens.
    const rebinding = resolvesTo(['127.0.0.2'], ['127.0.0.1']);
    const poster = posterFor('http://127.0.0.1:1/', { lookup: rebinding.lookup, isAllowed: (address) => address === '127.0.0.2' });
    const heard = await beside((res) => res.writeHead(200).end(), async (port) => {
      // The first look is what is connected to; the second is for the next message, and is refused.
      assert.deepEqual(await poster.post({ ...MESSAGE, url: `${NAME}:${port}/` }), { kind: 'unreachable', reason: 'could not be reached: ECONNREFUSED' });
      assert.equal(rebinding.asked(), 1);
      assert.deepEqual(await poster.post({ ...MESSAGE, url: `${NAME}:${port}/` }), { kind: 'address_not_allowed' });
    });
    assert.equal(heard.length, 0);
  });

  it('may be where a planted guard that lets everybody through would send it: the guard is what keeps it away', async () => {
    const heard = await beside((res) => res.writeHead(200).end(), async (port) => {
      const poster = posterFor('http://127.0.0.1:1/', { isAllowed: () => true });
      assert.deepEqual(await poster.post({ ...MESSAGE, url: `http://127.0.0.1:${port}/` }), { kind: 'accepted' });
    });
    assert.equal(heard.length, 1);
  });
});
