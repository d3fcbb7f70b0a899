import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * Certificates made for one test and forgotten with it, written in DER as far as TLS needs them: so that no private key lies in the
 * repository and no certificate in it ever ends.
 */

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const TRUE = der(0x01, Buffer.from([0xff]));

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const SUBJECT_ALT_NAME = '551d11';
const SUBJECT_KEY_ID = '551d0e';

const nameOf = (commonName: string): Buffer => sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(commonName)))));
const utcTime = (ms: number): Buffer => der(0x17, Buffer.from(new Date(ms).toISOString().replace(/^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d).*/, '$1$2$3$4$500Z')));

const LOOPBACK = der(0x87, Buffer.from([127, 0, 0, 1]));
const HOUR_MS = 3_600_000;

interface Party {
  readonly name: string;
  readonly key: KeyObject;
}

interface Made extends Party {
  readonly keyPem: string;
  readonly certPem: string;
}

/** A certificate for `name`, and for 127.0.0.1 unless told otherwise, signed by `issuer`, or by itself where there is none. */
function makeCertificate(name: string, issuer?: Party, isForAddress = true): Made {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const extensions = [
    sequence(oid(BASIC_CONSTRAINTS), TRUE, der(0x04, issuer === undefined ? sequence(TRUE) : sequence())),
    sequence(oid(SUBJECT_KEY_ID), der(0x04, der(0x04, createHash('sha1').update(spki).digest()))),
    sequence(oid(SUBJECT_ALT_NAME), der(0x04, sequence(der(0x82, Buffer.from(name)), ...(isForAddress ? [LOOPBACK] : [])))),
  ];
  const now = Date.now();
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(issuer?.name ?? name),
    sequence(utcTime(now - HOUR_MS), utcTime(now + HOUR_MS)),
    nameOf(name),
    spki,
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuer?.key ?? privateKey);
  const certificate = sequence(body, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    name,
    key: privateKey,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certPem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** PEM files of an authority, of a server and a client that it has signed, and of a stranger that it has not. */
export interface TlsFiles {
  readonly ca: string;
  readonly serverKey: string;
  readonly serverCert: string;
  /** Another one of the server's, for its name alone. */
  readonly namedKey: string;
  readonly namedCert: string;
  readonly clientKey: string;
  readonly clientCert: string;
  readonly strangerKey: string;
  readonly strangerCert: string;
  /** A file that is no PEM. */
  readonly garbage: string;
  readonly missing: string;
}

export async function withTlsFiles<T>(body: (files: TlsFiles) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kit-tls-'));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const ca = makeCertificate('test authority');
  const server = makeCertificate('shop.test', ca);
  const named = makeCertificate('shop.test', ca, false);
  const client = makeCertificate('client.test', ca);
  const stranger = makeCertificate('stranger.test');
  try {
    return await body({
      ca: file('ca.pem', ca.certPem),
      serverKey: file('server.key', server.keyPem),
      serverCert: file('server.pem', server.certPem),
      namedKey: file('named.key', named.keyPem),
      namedCert: file('named.pem', named.certPem),
      clientKey: file('client.key', client.keyPem),
      clientCert: file('client.pem', client.certPem),
      strangerKey: file('stranger.key', stranger.keyPem),
      strangerCert: file('stranger.pem', stranger.certPem),
      garbage: file('garbage.pem', 'no certificate'),
      missing: join(folder, 'missing.pem'),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
