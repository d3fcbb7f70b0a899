import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** A key or a certificate cannot be read, or is none. */
class UnusableTlsFile extends Error {
  override readonly name = 'UnusableTlsFile';

  constructor(what: string, cause: unknown) {
    super(`${what} cannot be used for TLS: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Reads a PEM file once, at start. Throws `UnusableTlsFile`. */
export function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new UnusableTlsFile(file, cause);
  }
}

/** Throws `UnusableTlsFile` unless key and certificate belong together and the authorities are certificates. */
export function checkTlsFiles(names: string, pems: { readonly key?: Buffer; readonly cert?: Buffer; readonly ca?: Buffer }): void {
  try {
    createSecureContext(pems);
    // The context takes authorities that are none without a word.
    if (pems.ca !== undefined) new X509Certificate(pems.ca);
  } catch (cause) {
    throw new UnusableTlsFile(names, cause);
  }
}
