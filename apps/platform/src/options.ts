import type { DurationMs, Limits } from '@traffic-tacos/kernel';
import type { GrpcSettings, HttpSettings, Logger, ProtectionSettings, TelemetrySettings } from '@traffic-tacos/kit';
import type { CutPoint, JournalDeps } from '@traffic-tacos/journal';
import type { PaymentTimings } from '@traffic-tacos/payment';
import type { Internet } from './webhooks.ts';

/** The services that listen, each with a REST port of its own. */
export const SERVICE_NAMES = ['gateway', 'reservation', 'inventory', 'payment', 'worker'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Those of them that answer gRPC too, each on a port of its own. */
export const GRPC_SERVICE_NAMES = ['gateway', 'reservation', 'inventory', 'payment', 'worker'] as const satisfies readonly ServiceName[];
export type GrpcServiceName = (typeof GRPC_SERVICE_NAMES)[number];

/** Everything about a platform that somebody may set. */
export interface PlatformOptions {
  /** Made if it is not there. One process owns it at a time. */
  readonly dataDir: string;
  readonly bindAddress: string;
  /** 0 takes any free port. */
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly limits: Limits;
  readonly holdMs: DurationMs;
  readonly extensionMaxMs: DurationMs;
  readonly payment: PaymentOptions;
  /** Messages that the worker works on at one time; 20 unless given. */
  readonly workerConcurrency?: number;
  /** `DEFAULT_ADMISSION` unless given. */
  readonly queue?: QueueOptions;
  /** Where the results of payments are sent, and the file of the secrets that they are signed with; the own gateway, and a file in the data directory, unless given. */
  readonly webhooks?: { readonly receiverUrl?: string | undefined; readonly secretsFile?: string | undefined; readonly internet?: Internet | undefined };
  readonly auth: AuthOptions;
  readonly http: Partial<HttpSettings>;
  readonly grpc: GrpcOptions;
  /** Undefined: nobody is limited. */
  readonly protection?: ProtectionSettings;
  readonly logger: Logger;
  /** Where spans and metrics are sent; nowhere unless given. */
  readonly telemetry?: TelemetrySettings;
  /** Where to cut a damaged journal, on the word of a person. */
  readonly cut?: CutPoint;
  /** Whether a broken guarantee ends the process, as it does unless said otherwise, or is only told of. */
  readonly breachPolicy?: 'stop' | 'alarm';
  /** Another disk, clock or event loop than the machine's own: a simulator's. */
  readonly machine?: Partial<Pick<JournalDeps, 'disk' | 'time' | 'scheduler'>>;
  /** Called once when memory and disk may have parted: the process must end within 5 s, with a code that is not 0. */
  readonly onFailed: (cause: Error) => void;
}

/** Whom the waiting room lets in where an event says nothing. */
export interface QueueOptions {
  /** People a second. */
  readonly perSecond: number;
  /** People inside at once. */
  readonly maxActive: number;
  /** People who may come for one free seat. */
  readonly seatsFactor: number;
}

export interface PaymentOptions {
  readonly timings: PaymentTimings;
  readonly intentsPerReservation: number;
  readonly failedPolicy: 'keep' | 'release';
  /** What the scenario RANDOM draws from, the same in every run; unguessable draws without it. */
  readonly randomSeed?: number | undefined;
}

export interface GrpcOptions {
  /** 0 takes any free port. */
  readonly ports: Readonly<Record<GrpcServiceName, number>>;
  readonly settings: Partial<GrpcSettings>;
}

export interface AuthOptions {
  /** The issuer whose tokens are taken. Undefined: this platform's own gateway. */
  readonly issuerUri: string | undefined;
  /** Where that issuer's keys are, if not by discovery. */
  readonly jwksUri: string | undefined;
  readonly audience: string | undefined;
  readonly rolesClaim: string;
  /** Whether tokens without a `typ` are taken: some issuers leave it out. */
  readonly allowUntyped: boolean;
  /** How long a sign-in lasts. */
  readonly tokenTtlSeconds: number;
}
