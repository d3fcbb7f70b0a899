import { durationMs } from '@traffic-tacos/kernel';
import { setting, type SettingsSchema } from './parse-settings.ts';
import { duration, flag, hostAndPort, integer, listOf, network, oneOf, optional, port, text } from './setting-types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const grpcPort = (service: string, name: string, standard: number) =>
  setting({ name, type: port(), default: standard, description: `gRPC port of ${service}.` });

const address = (service: string, name: string, alias: string) =>
  setting({
    name,
    aliases: [alias],
    type: optional(hostAndPort(), 'same process'),
    default: undefined,
    description: `Where the gRPC port of ${service} is, for services in other processes.`,
  });

const pemFile = (name: string, instead: string, description: string) =>
  setting({ name, type: optional(text(), instead), default: undefined, description });

/** The settings of the gRPC ports, and of how services reach each other over them. Durations are in ms, whatever unit their name counts in. */
export const GRPC_PORT_SETTINGS = {
  gatewayGrpcPort: grpcPort('the gateway', 'GATEWAY_GRPC_PORT', 8001),
  reservationGrpcPort: grpcPort('the reservation service', 'RESERVATION_GRPC_PORT', 8011),
  inventoryGrpcPort: grpcPort('the inventory', 'INVENTORY_GRPC_PORT', 8021),
  paymentGrpcPort: grpcPort('the payment simulator', 'PAYMENT_GRPC_PORT', 8031),
  workerGrpcPort: grpcPort('the worker', 'WORKER_GRPC_PORT', 8041),

  grpcAuth: setting({
    name: 'GRPC_AUTH',
    type: oneOf('token', 'network'),
    default: 'token',
    description:
      'token: callers show a bearer token. network: those on this machine or in GRPC_TRUSTED_NETWORKS may come without one, for old clients; never where an admin is demanded.',
  }),
  grpcTrustedNetworks: setting({
    name: 'GRPC_TRUSTED_NETWORKS',
    type: listOf(network()),
    default: [],
    description: 'With GRPC_AUTH=network: whose calls need no token, besides those of this machine.',
  }),
  grpcTlsCertFile: pemFile('GRPC_TLS_CERT_FILE', 'plaintext', 'Certificate of the gRPC ports, in PEM. It needs GRPC_TLS_KEY_FILE.'),
  grpcTlsKeyFile: pemFile('GRPC_TLS_KEY_FILE', 'plaintext', 'Private key of the gRPC ports, in PEM. It needs GRPC_TLS_CERT_FILE.'),
  grpcTlsClientCaFile: pemFile(
    'GRPC_TLS_CLIENT_CA_FILE',
    'no certificate is asked for',
    'Authorities in PEM, one of which must have signed the certificate that every gRPC client shows (mTLS).',
  ),

  inventoryGrpcAddress: address('the inventory', 'INVENTORY_GRPC_ADDRESS', 'GRPC_CLIENT_INVENTORY_SERVICE_ADDRESS'),
  paymentGrpcAddress: address('the payment simulator', 'PAYMENT_GRPC_ADDRESS', 'GRPC_CLIENT_PAYMENT_SERVICE_ADDRESS'),
  reservationGrpcAddress: address('the reservation service', 'RESERVATION_GRPC_ADDRESS', 'GRPC_CLIENT_RESERVATION_SERVICE_ADDRESS'),
  gatewayGrpcAddress: address('the gateway', 'GATEWAY_GRPC_ADDRESS', 'GRPC_CLIENT_GATEWAY_SERVICE_ADDRESS'),
  workerGrpcAddress: address('the worker', 'WORKER_GRPC_ADDRESS', 'GRPC_CLIENT_WORKER_SERVICE_ADDRESS'),

  inventoryTimeoutMs: setting({
    name: 'INVENTORY_TIMEOUT_MS',
    aliases: ['RESILIENCE4J_TIMELIMITER_INSTANCES_INVENTORY_GRPC_TIMEOUT_DURATION'],
    type: duration({ unit: 'ms', minMs: 1, maxMs: MINUTE_MS }),
    default: durationMs(250),
    description: 'How long a call to the inventory may take in another process, with its repeats.',
  }),
  breakerFailureRate: setting({
    name: 'BREAKER_FAILURE_RATE',
    aliases: ['RESILIENCE4J_CIRCUITBREAKER_INSTANCES_INVENTORY_GRPC_FAILURE_RATE_THRESHOLD'],
    type: integer({ min: 1, max: 100 }),
    default: 50,
    description: 'Percentage of failing calls at which a service in another process is not asked any more.',
  }),
  breakerOpenMs: setting({
    name: 'BREAKER_OPEN_SECONDS',
    type: duration({ unit: 's', minMs: 100, maxMs: HOUR_MS }),
    default: durationMs(30_000),
    description: 'For how long such a service is left alone before a few calls try it again.',
  }),

  serviceClientId: setting({
    name: 'SERVICE_CLIENT_ID',
    type: optional(text({ maxChars: 64, pattern: /^[a-z][a-z0-9-]*$/, meaning: 'small letters, digits and hyphens' }), 'its own name'),
    default: undefined,
    description: 'As whom a service that runs alone asks the issuer for the credentials with which it calls others.',
  }),
  serviceClientSecretFile: setting({
    name: 'SERVICE_CLIENT_SECRET_FILE',
    type: optional(text(), 'none'),
    default: undefined,
    description: 'File with its secret, readable for its owner only. Reservation and payment need it when they run alone.',
  }),
  serviceClientsFile: setting({
    name: 'SERVICE_CLIENTS_FILE',
    type: optional(text(), 'nobody'),
    default: undefined,
    description: 'For the gateway: file with the services that may ask for credentials, and the SHA-256 of the secret of each.',
  }),
  grpcClientTls: setting({
    name: 'GRPC_CLIENT_TLS',
    type: flag(),
    default: false,
    description: 'Services in other processes are called over TLS. So they are too where one of the files below is given.',
  }),
  grpcClientCaFile: pemFile('GRPC_CLIENT_CA_FILE', 'those of the system', 'Authorities in PEM that may have signed the certificates of the services called.'),
  grpcClientCertFile: pemFile('GRPC_CLIENT_CERT_FILE', 'none', 'Certificate in PEM to show to services called (mTLS). It needs GRPC_CLIENT_KEY_FILE.'),
  grpcClientKeyFile: pemFile('GRPC_CLIENT_KEY_FILE', 'none', 'Its private key, in PEM. It needs GRPC_CLIENT_CERT_FILE.'),
} as const satisfies SettingsSchema;
