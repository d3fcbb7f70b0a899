import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PLATFORM_SETTINGS } from '@traffic-tacos/kit';
import { shellWord } from '../config/as-typed.ts';
import type { Case } from './case.ts';
import { met, ok, type Finding } from './finding.ts';

type Read<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'refused'; readonly finding: Finding };

/** The keys and certificates of the gRPC ports, and of calls over them. Nothing where no setting names one. */
export function checkTls({ settings, wallMs, asTyped }: Case): readonly Finding[] {
  const again = `then start the platform again: ${asTyped('npm start')}`;
  const pair = (certSetting: 'grpcTlsCertFile' | 'grpcClientCertFile', keySetting: 'grpcTlsKeyFile' | 'grpcClientKeyFile'): readonly Finding[] => {
    const [certFile, keyFile] = [settings[certSetting], settings[keySetting]];
    if (certFile === undefined || keyFile === undefined) return [];
    const names = { cert: `${certFile} (${PLATFORM_SETTINGS[certSetting].name})`, key: `${keyFile} (${PLATFORM_SETTINGS[keySetting].name})` };
    const cert = read(certFile, names.cert, again, (pem) => new X509Certificate(pem));
    const key = read(keyFile, names.key, again, (pem): KeyObject => createPrivateKey(pem));
    if (cert.kind === 'refused' || key.kind === 'refused') return [cert, key].flatMap((side) => (side.kind === 'refused' ? [side.finding] : []));
    const differ = met('tls_mismatch', `${names.cert} was not made for the key in ${names.key}`, `Name the two that belong together, ${again}`);
    return [...validity(cert.value, names.cert, wallMs(), again), ...(cert.value.checkPrivateKey(key.value) ? [] : [differ])];
  };
  const authority = (file: string | undefined, setting: string): readonly Finding[] => {
    if (file === undefined) return [];
    const ca = read(file, `${file} (${setting})`, again, (pem) => new X509Certificate(pem));
    return ca.kind === 'refused' ? [ca.finding] : validity(ca.value, `${file} (${setting})`, wallMs(), again);
  };
  const { grpcTlsCertFile, grpcTlsClientCaFile, grpcClientCaFile, grpcClientCertFile } = settings;
  const findings = [
    ...pair('grpcTlsCertFile', 'grpcTlsKeyFile'),
    ...authority(grpcTlsClientCaFile, PLATFORM_SETTINGS.grpcTlsClientCaFile.name),
    ...pair('grpcClientCertFile', 'grpcClientKeyFile'),
    ...authority(grpcClientCaFile, PLATFORM_SETTINGS.grpcClientCaFile.name),
  ];
  const isUsed = [grpcTlsCertFile, grpcTlsClientCaFile, grpcClientCaFile, grpcClientCertFile].some((file) => file !== undefined);
  return isUsed && findings.length === 0 ? [ok('tls', 'keys and certificates belong together and are valid now')] : findings;
}

function read<T>(file: string, name: string, again: string, make: (pem: Buffer) => T): Read<T> {
  try {
    return { kind: 'read', value: make(readFileSync(file)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', finding: met('tls_unreadable', `${name} cannot be used: ${why}`, `ls -l ${shellWord(file)}; put a PEM file there that this user may read, ${again}`) };
  }
}

function validity({ validFromDate, validToDate }: X509Certificate, name: string, nowMs: number, again: string): readonly Finding[] {
  if (nowMs >= validFromDate.getTime() && nowMs <= validToDate.getTime()) return [];
  const when = nowMs > validToDate.getTime() ? `ended at ${validToDate.toISOString()}` : `begins at ${validFromDate.toISOString()}`;
  return [met('tls_expired', `${name} ${when}, and it is ${new Date(nowMs).toISOString()}`, `Renew it in the same place, ${again}; or set the machine's date right`)];
}
