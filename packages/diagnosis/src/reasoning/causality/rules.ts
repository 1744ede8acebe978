import { type Millis, MINUTE } from '@headwater/core/time.ts';
import type { Relation } from '../../topology/topology.ts';
import type { Mode } from './modes.ts';

/** Which end of an edge suffers: who depends, or what is depended on. */
export type Direction = 'to-dependent' | 'to-needed';

/** One way in which trouble at one end of an edge becomes trouble at the other. */
export interface Rule {
  readonly relation: Relation;
  readonly direction: Direction;
  readonly from: readonly Mode[];
  readonly to: Mode;
  /** The mechanism in words, with `{from}` for who has the trouble and `{to}` for who gets it. */
  readonly how: string;
  /** How long the effect may take to show. */
  readonly within: Millis;
  /** What the step costs beyond one hop, for mechanisms that need a further circumstance. */
  readonly extra: number;
  /**
   * `named`: only to those whom a finding names as affected, because everybody asks a settings server and few get what was
   * changed. `seen`: only where the effect shows, because everything shares a Node and few Pods fill it.
   */
  readonly only: 'named' | 'seen' | null;
}

type Step = readonly [from: readonly Mode[], to: Mode, how: string, within: Millis, extra?: number | 'named' | 'seen'];

interface Both {
  readonly toDependent?: readonly Step[];
  readonly toNeeded?: readonly Step[];
}

const SOON = 2 * MINUTE;
const RESYNC = 5 * MINUTE;
const SLOWLY = 30 * MINUTE;
const BROKEN: readonly Mode[] = ['down', 'errors'];

/**
 * Every typed edge of the topology with what travels along it. An edge points from a dependent to what it needs; trouble mostly
 * travels back to the dependent, work and the lack of it travel on to what is needed.
 */
const TABLE: Readonly<Record<Relation, Both>> = {
  calls: {
    toDependent: [
      [['down'], 'errors', '{to} calls {from}, which does not answer', SOON],
      [['errors'], 'errors', '{to} passes on the failures of {from}, which it calls', SOON],
      [['latency'], 'latency', '{to} waits for {from}, which it calls', SOON],
      [['latency'], 'errors', '{to} gives up waiting for {from}, which it calls', SOON, 0.3],
      [['down', 'errors'], 'latency', '{to} waits and retries until its calls to {from} fail', SOON, 0.3],
      [['changed'], 'changed', '{to} acts on what {from} serves it', RESYNC, 'named'],
    ],
    toNeeded: [
      [BROKEN, 'starved', '{from} fails before it calls {to}, which gets no requests', RESYNC],
      [['starved'], 'starved', '{from} gets no requests, so it sends none to {to}', RESYNC],
      [['latency'], 'starved', '{from} is too slow to call {to} as often as before', RESYNC, 1.5],
      [['surge'], 'surge', '{from} sends {to} more than before', SOON, 'seen'],
    ],
  },
  'fed-by': {
    toDependent: [
      [BROKEN, 'starved', '{from} fails before it sends {to} a message', RESYNC],
      [['starved'], 'starved', '{from} gets no requests, so it sends {to} no messages', RESYNC],
      [['latency', 'errors'], 'latency', '{from} sends {to} its messages late or twice', RESYNC, 0.5],
      [['surge'], 'surge', '{from} sends {to} more messages than before', SOON, 'seen'],
      [['errors', 'changed'], 'errors', '{to} fails on the messages of {from}', SOON, 1],
    ],
  },
  selects: {
    toDependent: [
      [['down'], 'down', '{from} gives {to} no ready endpoint', SOON],
      [['errors'], 'errors', '{to} sends traffic to {from}, which fails it', SOON],
      [['latency'], 'latency', '{to} sends traffic to {from}, which is slow', SOON],
      [['starved'], 'starved', '{to} leads to {from}, which nobody reaches', SOON],
      [['surge'], 'surge', '{to} leads to {from}, which gets more than before', SOON],
      [['changed'], 'changed', '{to} leads to {from}', SOON],
    ],
    toNeeded: [
      [['down', 'changed', 'starved'], 'starved', '{to} gets nothing through {from}', SOON],
      [['surge'], 'surge', '{to} gets what {from} takes in', SOON, 'seen'],
    ],
  },
  'routes-to': {
    toDependent: [
      [['down'], 'errors', '{to} routes requests to {from}, which has nobody to answer', SOON],
      [['errors'], 'errors', '{to} routes requests to {from}, which fails them', SOON],
      [['latency'], 'latency', '{to} routes requests to {from}, which is slow', SOON],
    ],
    toNeeded: [
      [['down', 'errors', 'changed', 'starved'], 'starved', '{from} routes nothing to {to} any more', SOON],
      [['surge'], 'surge', '{from} routes more to {to} than before', SOON],
    ],
  },
  'runs-on': {
    toDependent: [
      [['down', 'changed'], 'down', '{to} runs on {from}', RESYNC],
      [['saturated', 'latency'], 'latency', '{to} shares {from}, which has no room left', SOON],
      [['saturated'], 'saturated', '{to} shares {from}, which has no room left', SOON, 'seen'],
      [BROKEN, 'errors', '{to} runs on {from}', SOON],
    ],
    toNeeded: [[['saturated', 'surge'], 'saturated', '{from} uses up {to}, on which it runs', SOON, 'seen']],
  },
  mounts: {
    toDependent: [
      [['changed'], 'changed', '{to} mounts {from}', RESYNC],
      [['down'], 'down', '{to} cannot start without {from}, which it mounts', SOON],
      [['saturated'], 'errors', '{to} writes to {from}, which is full', SOON],
    ],
  },
  reads: {
    toDependent: [
      [['changed'], 'changed', '{to} reads {from}', SLOWLY],
      [['down'], 'down', '{to} cannot start without {from}, which it reads', SOON],
    ],
  },
  'uses-account': {
    toDependent: [
      [['down'], 'down', '{to} runs as {from}', SOON],
      [['changed', 'errors'], 'errors', '{to} runs as {from}, which may not do what it needs', SOON],
    ],
  },
  'bound-to': {
    toDependent: [
      [['down', 'changed'], 'down', '{to} is bound to {from}', RESYNC],
      [['saturated', 'errors'], 'errors', '{to} is bound to {from}', SOON],
    ],
  },
  'provisioned-by': { toDependent: [[['down', 'changed', 'errors'], 'down', '{to} is provisioned by {from}', RESYNC]] },
  'scaled-by': {
    toDependent: [
      [['down', 'changed', 'errors'], 'saturated', '{to} is not scaled by {from} as its load asks', RESYNC],
      [['saturated'], 'saturated', '{to} is scaled by {from}, which is at its limit', SOON],
      [['changed'], 'down', '{to} was scaled down by {from}', SOON, 0.5],
    ],
  },
  'restricted-by': {
    toDependent: [
      [['changed', 'down'], 'down', '{from} keeps traffic from {to}', SOON],
      [['changed', 'errors'], 'errors', '{from} keeps {to} from what it calls', SOON, 0.2],
    ],
  },
  'limited-by': { toDependent: [[['changed', 'down', 'saturated'], 'down', '{to} is limited by {from}', SOON]] },
  'admitted-by': {
    toDependent: [
      [['down', 'errors', 'latency', 'changed'], 'down', '{to} is not admitted by {from}', SOON],
      [['changed'], 'changed', '{to} is changed on its way in by {from}', SOON],
    ],
  },
  'backed-by': {
    toDependent: [
      [['down'], 'down', '{to} is served by {from}', SOON],
      [['errors', 'changed'], 'errors', '{to} is served by {from}', SOON],
      [['latency'], 'latency', '{to} is served by {from}', SOON],
    ],
  },
  'disrupted-by': {
    toDependent: [
      [['changed'], 'down', '{from} disrupts {to}', SOON],
      [['changed'], 'errors', '{from} disrupts {to}', SOON],
      [['changed'], 'latency', '{from} disrupts {to}', SOON],
      [['changed'], 'saturated', '{from} disrupts {to}', SOON],
    ],
  },
  'owned-by': {
    toDependent: [
      [['changed'], 'changed', '{to} is made by {from}', SOON],
      [['down', 'errors'], 'down', '{to} is made by {from}', SOON],
    ],
    toNeeded: [[['down', 'errors'], 'down', '{to} is made of {from}', SOON]],
  },
  'relies-on': {
    toDependent: [
      [['down', 'errors', 'changed'], 'errors', '{to} relies on {from}', SOON],
      [['latency', 'saturated'], 'latency', '{to} relies on {from}', SOON],
      [['down', 'changed'], 'down', '{to} relies on {from}', RESYNC],
    ],
  },
};

function rulesOf(relation: Relation, { toDependent = [], toNeeded = [] }: Both): readonly Rule[] {
  const read = (steps: readonly Step[], direction: Direction): Rule[] =>
    steps.map(([from, to, how, within, extra = 0]) => ({
      relation,
      direction,
      from,
      to,
      how,
      within,
      extra: typeof extra === 'number' ? extra : 0,
      only: typeof extra === 'number' ? null : extra,
    }));
  return [...read(toDependent, 'to-dependent'), ...read(toNeeded, 'to-needed')];
}

/** All rules, relation by relation. */
export const RULES: readonly Rule[] = (Object.keys(TABLE) as Relation[]).flatMap((relation) =>
  rulesOf(relation, TABLE[relation]),
);

const BY_EDGE = Map.groupBy(RULES, ({ relation, direction }) => `${relation} ${direction}`);

/** The rules for one relation in one direction. */
export function rulesFor(relation: Relation, direction: Direction): readonly Rule[] {
  return BY_EDGE.get(`${relation} ${direction}`) ?? [];
}

/** Whether anything travels along a relation from the dependent to what it needs. */
export function travelsToNeeded(relation: string): boolean {
  return BY_EDGE.has(`${relation} to-needed`);
}

/** What trouble of one kind becomes within the same component; `seen`: only where it shows. */
export const WITHIN: Readonly<Record<Mode, readonly { readonly to: Mode; readonly seen: boolean }[]>> = {
  changed: [...mayBecome('down', 'errors', 'latency', 'saturated'), ...whereSeen('surge')],
  down: mayBecome('errors', 'starved'),
  // A workload that fails what it is asked may fail its probes as well, or give up.
  errors: [...mayBecome('starved'), ...whereSeen('down')],
  latency: [...mayBecome('errors'), ...whereSeen('down')],
  saturated: mayBecome('latency', 'errors', 'down'),
  surge: mayBecome('saturated', 'latency', 'errors'),
  starved: [],
};

function mayBecome(...modes: readonly Mode[]): { to: Mode; seen: boolean }[] {
  return modes.map((to) => ({ to, seen: false }));
}

function whereSeen(...modes: readonly Mode[]): { to: Mode; seen: boolean }[] {
  return modes.map((to) => ({ to, seen: true }));
}
