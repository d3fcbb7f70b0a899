import type { DescMethod } from '@bufbuild/protobuf';
import type { Route } from '@traffic-tacos/kit';
import type { GrpcServiceName, ServiceName } from '@traffic-tacos/platform';
import { Draw } from './draw.ts';

/** A route that requests are made for. */
export interface RestTarget {
  readonly surface: 'rest';
  /** `POST reservation /v1/reservations` */
  readonly name: string;
  readonly service: ServiceName;
  readonly route: Route;
  readonly weight: number;
}

/** A method of a gRPC service that calls are made for. */
export interface RpcTarget {
  readonly surface: 'rpc';
  /** `reservation.v1.ReservationService/CreateReservation` */
  readonly name: string;
  readonly service: GrpcServiceName;
  readonly method: DescMethod;
  /** Kinds of callers that are let in; `anyone` for all. */
  readonly callers: ReadonlySet<string>;
  /** The kit answers UNIMPLEMENTED where nothing handles the method. */
  readonly isHandled: boolean;
  /** For anyone, but a token that is shown must hold. */
  readonly takesTokens: boolean;
  /** Answers as long as somebody listens. */
  readonly isStream: boolean;
  readonly weight: number;
}

/** A way in for WebSockets that conversations are made up for. */
export interface SocketTarget {
  readonly surface: 'socket';
  /** `WS gateway /ws` */
  readonly name: string;
  readonly service: ServiceName;
  readonly path: string;
  /** What can be followed. */
  readonly topics: readonly string[];
  readonly weight: number;
}

export type Target = RestTarget | RpcTarget | SocketTarget;

/** One thing that is made wrong. The salt decides how. */
export interface Mutation {
  readonly name: string;
  readonly salt: number;
}

/** One request of a case. Without its mutations it is right, as far as that can be known before it is sent. */
export interface Step {
  readonly target: Target;
  readonly salt: number;
  readonly mutations: readonly Mutation[];
  /** The place of the step whose idempotency key is used again. */
  readonly keyOf: number;
}

/** Up to five related requests, sent one after the other by one user. */
export interface FuzzCase {
  readonly seed: number;
  readonly index: number;
  readonly salt: number;
  readonly steps: readonly Step[];
  /** Which time it runs on one platform: keys and names must be new each time. */
  readonly attempt: number;
}

/** What cases are drawn from. */
export interface Grammar {
  readonly targets: readonly Target[];
  /** Names of targets that belong together, in an order that makes sense. */
  readonly flows: readonly (readonly string[])[];
  readonly mutations: Readonly<Record<Target['surface'], readonly WeightedName[]>>;
}

export interface WeightedName {
  readonly name: string;
  readonly weight: number;
}

/** Places of the steps to keep, each with the places of its mutations: what a shrunk case still has of the case that was drawn. */
export type Kept = ReadonlyMap<number, readonly number[]>;

const SINGLE_PERCENT = 72;
const SAME_KEY_PERCENT = 30;
const MAX_STEPS = 5;
/** Of 100 cases so many have no, one, two, three and four mutations. */
const MUTATIONS = [20, 42, 22, 11, 5].map((weight, count) => ({ weight, count }));

/** The case with that number: a function of the grammar, the seed and the number alone. */
export function drawCase(grammar: Grammar, seed: number, index: number): FuzzCase {
  const draw = new Draw(seed, index);
  const targets = drawTargets(grammar, draw);
  const mutations = targets.map((): Mutation[] => []);
  const wanted = draw.weighted(MUTATIONS)?.count ?? 0;
  for (let i = 0; i < wanted; i++) {
    const at = draw.below(targets.length);
    const names = grammar.mutations[targets[at]?.surface ?? 'rest'];
    const name = draw.weighted(names)?.name ?? '';
    mutations[at]?.push({ name, salt: draw.u32() });
  }
  const steps = targets.map((target, at) => ({
    target,
    salt: draw.u32(),
    mutations: mutations[at] ?? [],
    keyOf: at > 0 && draw.chance(SAME_KEY_PERCENT) ? draw.below(at) : at,
  }));
  return { seed, index, salt: draw.u32(), steps, attempt: 0 };
}

function drawTargets({ targets, flows }: Grammar, draw: Draw): readonly Target[] {
  const single = draw.weighted(targets);
  if (single === undefined) return [];
  const isSingle = flows.length === 0 || draw.chance(SINGLE_PERCENT);
  const names = isSingle ? [] : (draw.pick(flows) ?? []);
  const found = names.flatMap((name) => targets.filter((target) => target.name === name));
  // Steps are left out and said twice, so that flows are also taken up in the middle, and repeated.
  const varied = found.flatMap((target) => (draw.chance(12) ? [] : draw.chance(12) ? [target, target] : [target])).slice(0, MAX_STEPS);
  return varied.length === 0 ? [single] : varied;
}

/** What is left of a case when only some of it is kept. Steps that use another's key still do, if that one is kept. */
export function keep(drawn: FuzzCase, kept: Kept): FuzzCase {
  const places = [...kept.keys()].sort((a, b) => a - b);
  const steps = places.flatMap((place, at) => {
    const step = drawn.steps[place];
    if (step === undefined) return [];
    const sharedWith = places.indexOf(step.keyOf);
    const mutations = step.mutations.filter((_mutation, i) => kept.get(place)?.includes(i));
    return [{ ...step, mutations, keyOf: sharedWith === -1 ? at : sharedWith }];
  });
  return { ...drawn, steps };
}

export const everything = (drawn: FuzzCase): Kept => new Map(drawn.steps.map(({ mutations }, at) => [at, mutations.map((_mutation, i) => i)]));

/** `0:1,2 3:` is the first step with its second and third mutation, and the fourth with none. */
export const writeKept = (kept: Kept): string => [...kept].map(([step, mutations]) => `${step}:${mutations.join(',')}`).join(' ');

export function readKept(text: string): Kept {
  const numbers = (list: string): number[] => list.split(',').filter((one) => one !== '').map(Number);
  return new Map(text.split(' ').filter((one) => one !== '').map((one) => [Number(one.split(':')[0]), numbers(one.split(':')[1] ?? '')]));
}
