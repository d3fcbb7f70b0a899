import { Client, credentials, Metadata, Server, ServerCredentials, status, type handleUnaryCall, type ServiceDefinition } from '@grpc/grpc-js';
import { AdmissionService, AnnouncementService, HoldRecordService, IntentRecordService, InventoryService, MaintenanceService, PaymentService, ReceiverService, ReconcileService, ReservationService, WorkerService } from '@traffic-tacos/contracts';

/**
 * How the two ends of a bridge speak. `same`: as one version. `later`: each says things that the other has never heard of, in messages and in metadata, as when one
 * of them is of a later version. `breaking`: what it calls field 1, the other knows as field 15, which no later version may ever do.
 */
export type Speech = 'same' | 'later' | 'breaking';

export interface VersionBridge {
  readonly port: number;
  become(speech: Speech): void;
  /** Messages that were changed on their way. */
  readonly changed: number;
  close(): void;
}

/** What services ask each other. */
const BETWEEN_SERVICES = [AdmissionService, AnnouncementService, HoldRecordService, IntentRecordService, InventoryService, MaintenanceService, PaymentService, ReceiverService, ReconcileService, ReservationService, WorkerService];
/** Of every kind that the wire has, under numbers that nothing has: a count, eight bytes, a text, four bytes. */
const UNHEARD_OF = Buffer.concat([
  Buffer.from([0xc0, 0xa9, 0x07, 0x2a]),
  Buffer.from([0xc9, 0xa9, 0x07, 1, 2, 3, 4, 5, 6, 7, 8]),
  Buffer.from([0xd2, 0xa9, 0x07, 5]), Buffer.from('later'),
  Buffer.from([0xdd, 0xa9, 0x07, 1, 2, 3, 4]),
]);
const FIELD_1 = 1 << 3;
const FIELD_15 = 15 << 3;
const WIRE_TYPE = 0b111;
/** What each end of a connection says for itself. */
const OF_THE_CONNECTION = ['user-agent', 'te', 'content-type', 'accept-encoding', 'grpc-accept-encoding', 'grpc-encoding', 'grpc-timeout'];

/** Stands between a service and those that call it, and passes every unary call on without knowing what it says. */
export async function openVersionBridge(targetPort: number): Promise<VersionBridge> {
  const target = new Client(`127.0.0.1:${targetPort}`, credentials.createInsecure(), { 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 200, 'grpc.use_local_subchannel_pool': 1 });
  let speech: Speech = 'same';
  let changed = 0;
  const spoken = (bytes: Buffer): Buffer => {
    if (speech === 'same') return bytes;
    changed++;
    return speech === 'later' ? Buffer.concat([bytes, UNHEARD_OF]) : renumbered(bytes);
  };
  const said = (metadata: Metadata): Metadata => {
    const passed = metadata.clone();
    for (const name of OF_THE_CONNECTION) passed.remove(name);
    if (speech === 'later') passed.set('x-of-a-later-version', 'yes');
    return passed;
  };
  const server = new Server();
  for (const service of BETWEEN_SERVICES) {
    const methods = Object.entries(service).filter(([, { requestStream, responseStream }]) => !requestStream && !responseStream);
    const definitions = methods.map(([name, method]) => [name, { ...method, requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs }]);
    const handlers = methods.map(([name, { path }]) => [name, passOn(target, path, spoken, said)]);
    server.addService(Object.fromEntries(definitions) as ServiceDefinition, Object.fromEntries(handlers));
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  return {
    port,
    become: (next) => {
      speech = next;
    },
    get changed() {
      return changed;
    },
    close: () => {
      server.forceShutdown();
      target.close();
    },
  };
}

const asIs = (bytes: Buffer): Buffer => bytes;

function passOn(target: Client, path: string, spoken: (bytes: Buffer) => Buffer, said: (metadata: Metadata) => Metadata): handleUnaryCall<Buffer, Buffer> {
  return (call, answer) => {
    let answered: Buffer | undefined;
    const passed = target.makeUnaryRequest(path, asIs, asIs, spoken(call.request), said(call.metadata), { deadline: call.getDeadline() }, (_, bytes) => {
      answered = bytes;
    });
    passed.on('metadata', (metadata) => call.sendMetadata(said(metadata)));
    passed.on('status', ({ code, details, metadata }) => {
      if (code === status.OK && answered !== undefined) answer(null, spoken(answered), said(metadata));
      else answer({ code, details, metadata: said(metadata) });
    });
    call.on('cancelled', () => passed.cancel());
  };
}

/** The first field, where it is field 1. */
function renumbered(bytes: Buffer): Buffer {
  const tag = bytes[0] ?? 0;
  if ((tag & ~WIRE_TYPE) !== FIELD_1) return bytes;
  const moved = Buffer.from(bytes);
  moved[0] = FIELD_15 | (tag & WIRE_TYPE);
  return moved;
}
