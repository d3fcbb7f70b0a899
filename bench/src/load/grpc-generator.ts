import { decodeMessage, encodeMessage, InventoryService } from '@traffic-tacos/contracts';
import {
  CheckAvailabilityRequest, CheckAvailabilityResponse, ReserveSeatRequest, ReserveSeatResponse,
} from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { epochMs, newId } from '@traffic-tacos/kernel';
import { createPooledRandom } from '@traffic-tacos/kit';
import { setTimeout as sleep } from 'node:timers/promises';
import { GrpcConnection } from './grpc-connection.ts';
import { callHeaders } from './http2-frames.ts';

/** What this process is told to do, as JSON in its one argument. */
export interface GrpcLoad {
  readonly address: string;
  readonly token: string | undefined;
  readonly method: 'checkAvailability' | 'reserveSeat';
  readonly connections: number;
  /** Calls under way at one time, over all connections. */
  readonly callsAtOnce: number;
  readonly seconds: number;
  readonly firstPair: number;
  readonly pairsPerEvent: number;
  readonly runName: string;
}

/** What it prints, as JSON. */
export interface GrpcLoadResult {
  readonly calls: number;
  /** Answers with an error in them. */
  readonly refused: number;
  /** Calls that ended without a message. */
  readonly failed: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** Closed loop: each call that ends is followed by another, until the time is over; then those under way are waited for. */
async function run({ address, token, method, connections, callsAtOnce, seconds, ...rest }: GrpcLoad): Promise<GrpcLoadResult> {
  const { host, port } = hostAndPort(address);
  const { path } = InventoryService[method];
  const headers = callHeaders(path, address, token);
  const nextMessage = method === 'reserveSeat' ? reserveSeats(rest) : availabilityOf(rest);
  const isRefused = method === 'reserveSeat' ? isReserveRefused : isCheckRefused;
  const latenciesMs: number[] = [];
  let refused = 0;
  let failed = 0;
  const onAnswer = (startedMs: number, message: Buffer | undefined): void => {
    if (message === undefined) failed++;
    else {
      latenciesMs.push(performance.now() - startedMs);
      if (isRefused(message)) refused++;
    }
  };
  const opened = Array.from({ length: connections }, () => new GrpcConnection(host, port, headers, nextMessage, onAnswer));
  const closed = opened.map((connection) => connection.closed());
  const startedMs = performance.now();
  for (const connection of opened) connection.keep(Math.ceil(callsAtOnce / connections));
  await sleep(seconds * 1000);
  for (const connection of opened) connection.end();
  await Promise.all(closed);
  const tookSeconds = (performance.now() - startedMs) / 1000;
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number): number => latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))] ?? Number.NaN;
  return { calls: latenciesMs.length, refused, failed, seconds: tookSeconds, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

/** Each call holds a pair of seats of its own, for one of ten thousand users, under a key of its own. */
function reserveSeats({ firstPair, pairsPerEvent, runName }: Pick<GrpcLoad, 'firstPair' | 'pairsPerEvent' | 'runName'>): () => Uint8Array {
  const random = createPooledRandom();
  let pair = firstPair;
  return () => {
    pair++;
    const seat = (pair % pairsPerEvent) * 2 + 1;
    return encodeMessage(ReserveSeatRequest, {
      reservationId: newId('rsv', epochMs(Date.now()), 0, random),
      eventId: `evt_bench_${Math.floor(pair / pairsPerEvent)}`,
      seatIds: [`S-1-${seat}`, `S-1-${seat + 1}`],
      quantity: 2,
      userId: `bench-${pair % 10_000}`,
      holdExpiresAt: undefined,
      idempotencyKey: `${runName}-${pair}`,
      section: '',
      admitted: false,
      split: false,
    });
  };
}

function availabilityOf({ firstPair, pairsPerEvent }: Pick<GrpcLoad, 'firstPair' | 'pairsPerEvent'>): () => Uint8Array {
  let pair = firstPair;
  return () => {
    pair++;
    const seat = (pair % pairsPerEvent) * 2 + 1;
    return encodeMessage(CheckAvailabilityRequest, { eventId: 'evt_bench_0', seatIds: [`S-1-${seat}`, `S-1-${seat + 1}`], quantity: 2, section: '' });
  };
}

const isReserveRefused = (message: Buffer): boolean => decodeMessage(ReserveSeatResponse, message).error !== undefined;
const isCheckRefused = (message: Buffer): boolean => decodeMessage(CheckAvailabilityResponse, message).error !== undefined;

process.stdout.write(`${JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}') as GrpcLoad))}\n`);
