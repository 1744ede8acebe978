import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { DAY, formatTime, type Millis } from '@headwater/core/time.ts';
import type { SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { createScene } from '@headwater/testkit/world/scene.ts';
import { worldToInput } from '@headwater/testkit/world/to-input.ts';
import { render } from '@headwater/testkit/world/world.ts';
import { type Scenario, type Variant, variantIn } from '../../../recordings/scenario.ts';
import { crowd } from './crowd.ts';

/** The moment all faults of the run are looked at, so that one background serves them all. */
const NOON: Millis = Date.UTC(2026, 2, 4, 12, 0, 0);

// What a healthy part of a cluster was last rolled out with lies behind the incident of another.
const ROLLED_OUT = DAY;

/** A healthy cluster of about the given size as it stands at the moment of the faults. */
export function background(scenario: Scenario, { pods, events }: { pods: number; events: number }): KubeObject[] {
  const [before, noon] = [healthyAt(scenario, NOON - ROLLED_OUT), healthyAt(scenario, NOON)];
  // Nodes and Events are of the moment; no Event tells of a Pod that was placed while the fault may be that none is.
  const healthy = [
    ...before.filter(({ kind }) => kind !== 'Event' && kind !== 'Node'),
    ...before.filter((object) => object.kind === 'Event' && !isPlacement(object)).map(toNoon),
    ...noon.filter(({ kind }) => kind === 'Node'),
  ];
  // Copies keep the shape their originals were parsed to.
  return crowd({ healthy, pods, events })
    .toArray()
    .flatMap((items) => items as KubeObject[]);
}

function healthyAt(scenario: Scenario, moment: Millis): readonly KubeObject[] {
  const options = { ...(scenario.cluster ? { cluster: scenario.cluster } : {}), repaired: true };
  const { now, zero } = createScene(scenario.slug, 0, options);
  const scene = createScene(scenario.slug, 0, { ...options, zero: moment - (now - zero) });
  return worldToInput(render(scenario.build(scene))).objects;
}

function toNoon(event: KubeObject): KubeObject {
  const [then, now] = [NOON - ROLLED_OUT, NOON].map((time) => formatTime(time).slice(0, 'yyyy-mm-ddT'.length));
  return JSON.parse(JSON.stringify(event).replaceAll(then ?? '', now ?? '')) as KubeObject;
}

function isPlacement(event: KubeObject): boolean {
  return (event as ObjectOf<'Event'>).reason === 'Scheduled';
}

/** A scenario's broken world at the moment of the background. */
export function faultAtNoon(scenario: Scenario): Variant {
  const options = scenario.cluster ? { cluster: scenario.cluster } : {};
  return variantIn(createScene(scenario.slug, 0, { ...options, zero: NOON }), scenario);
}

/** A fault's input with the background around it: what is the fault's own comes first where names meet. */
export function amid(fault: SnapshotInput, crowdObjects: readonly KubeObject[]): SnapshotInput {
  return { ...fault, objects: [...fault.objects, ...crowdObjects] };
}
