import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS, ManualClock, SeededRandom, type Limits } from '@traffic-tacos/kernel';
import { createErrorRegistry, createTokenVerifier, ERROR_TABLE, type HttpServerOptions } from '@traffic-tacos/kit';
import { withServer, type TestServer } from '@traffic-tacos/kit/testing';
import { loadOrCreateKeys } from '../src/adapters/embedded/signing-key-file.ts';
import type { SigningKeys } from '../src/adapters/embedded/signing-keys.ts';
import { createGatewayTables } from '../src/adapters/embedded/tables.ts';
import type { Role } from '../src/domain/account.ts';
import type { ServiceClients } from '../src/ports/service-clients.ts';
import type { ServicesBehind } from '../src/ports/services-behind.ts';
import { SUITE_EVENTS } from '../src/ports/services-under-test.ts';
import { createGateway, type Gateway, type GatewayDependencies } from '../src/service.ts';
import { createMemoryServices } from '../src/testing/memory-services.ts';
import { memoryUnits } from './memory-sink.ts';

export const ISSUER_URL = 'http://gateway.test';

export interface Ask {
  /** Whose token is sent; none without it. */
  readonly as?: string;
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body's members; empty when it is no JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A gateway behind a real server, with services in memory and a clock that stands still. */
export interface GatewayUnderTest {
  readonly gateway: Gateway;
  readonly services: ServicesBehind;
  readonly clock: ManualClock;
  readonly running: TestServer;
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** A token that the gateway's issuer signs, as the operator's command line has it signed. */
  token(userId: string, role?: Role): Promise<string>;
}

export interface GatewayOptions {
  readonly limits?: Partial<Limits>;
  readonly serviceClients?: ServiceClients | undefined;
  readonly webhooks?: GatewayDependencies['webhooks'];
  readonly breakServices?: (services: ServicesBehind) => Partial<ServicesBehind>;
}

/** RSA keys are slow to make, so the tests of one file share theirs. */
const KEYS = await makeKeys();

async function makeKeys(): Promise<SigningKeys> {
  const dir = await mkdtemp(join(tmpdir(), 'tacos-gateway-'));
  try {
    return await loadOrCreateKeys(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Runs `body` against a gateway, and closes it whatever happens. */
export async function withGateway(body: (under: GatewayUnderTest) => Promise<void>, options: GatewayOptions = {}): Promise<void> {
  const machine = { clock: new ManualClock(), random: new SeededRandom(11) };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const whole = createMemoryServices(machine.clock, machine.random, SUITE_EVENTS);
  const services = { ...whole, ...options.breakServices?.(whole) };
  const gateway = createGateway({
    tables: createGatewayTables(limits),
    units: memoryUnits(),
    keys: KEYS,
    services,
    serviceClients: options.serviceClients,
    webhooks: options.webhooks,
    machine,
    settings: { limits, issuer: { url: ISSUER_URL, audience: undefined }, tokenTtlSeconds: 3600 },
  });
  const keys = { keys: gateway.publicKeys.map((key) => ({ ...key })) };
  const overrides: Partial<HttpServerOptions> = {
    clock: machine.clock,
    verifier: createTokenVerifier({ issuer: ISSUER_URL, keys: () => keys, clock: machine.clock, limits }),
    registry: createErrorRegistry(ERROR_TABLE),
    settings: { answerSpelling: 'snake' },
  };
  await withServer(
    gateway.routes,
    async (running) => {
      try {
        await body(underTest(gateway, services, machine.clock, running));
      } finally {
        await gateway.stop();
      }
    },
    overrides,
  );
}

function underTest(gateway: Gateway, services: ServicesBehind, clock: ManualClock, running: TestServer): GatewayUnderTest {
  const token = async (userId: string, role: Role = 'user'): Promise<string> => {
    const signed = await gateway.signToken({ userId, role, ttlSeconds: 24 * 3600 });
    return signed.kind === 'signed' ? signed.token : '';
  };
  return {
    gateway,
    services,
    clock,
    running,
    token,
    ask: async (method, path, { as, key, body, headers = {} } = {}) => {
      const reply = await running.server.inject({
        method,
        path,
        ...(body === undefined ? {} : { body }),
        headers: {
          ...headers,
          ...(as === undefined ? {} : { authorization: `Bearer ${await token(as)}` }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
      });
      return { ...reply, body: membersOf(reply.text) };
    },
  };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  if (!text.startsWith('{')) return {};
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
}

/** The error code of an answer, or undefined for a success. */
export function codeOf({ body }: Answer): unknown {
  const { error } = body;
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/** The fields that an error answer complains of, in order. */
export function fieldsOf({ body }: Answer): readonly unknown[] {
  const { error } = body;
  if (typeof error !== 'object' || error === null || !('details' in error) || !Array.isArray(error.details)) return [];
  return error.details.map((detail: { readonly field?: unknown }) => detail.field);
}

/**
 * An answer as far as its content goes: status, headers and body without what differs between any two requests (trace id, instants,
 * and the path that the client itself has sent).
 */
export function contentOf({ status, headers, text }: Answer): string {
  const { 'x-trace-id': _trace, 'x-server-time': _time, date: _date, 'content-length': _length, ...named } = headers;
  const body = text.replace(/"(trace_id|timestamp|path)":"[^"]*"/g, '"$1":""');
  return JSON.stringify([status, Object.entries(named).toSorted(), body]);
}
