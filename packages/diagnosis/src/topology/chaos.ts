import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Labels } from '@headwater/core/kube/selector.ts';
import { readField } from '../snapshot/field.ts';
import type { ObjectIndex } from '../snapshot/objects.ts';

/** One group of Pods an experiment picks. */
export interface ChaosSelection {
  /** Where the selector stands in the object, ready to cite. */
  readonly path: string;
  /** `source`: the Pods disturbed; `target`: the other end of a disturbed connection. */
  readonly side: 'source' | 'target';
  readonly namespaces: readonly string[];
  readonly labels: Labels;
  readonly podNames: readonly { readonly namespace: string; readonly name: string }[];
}

/** A fault-injection object of any tool we know, with what it does and to whom. */
export interface ChaosExperiment {
  readonly object: KubeObject;
  /** The experiment kind, also when a Schedule wraps it: `NetworkChaos`, `ChaosEngine`. */
  readonly experiment: string;
  /** What it does: `partition`, `delay`, `pod-kill`; empty when not said. */
  readonly action: string;
  /** Path of the experiment's own spec: `spec`, or `spec.networkChaos` inside a Schedule. */
  readonly specPath: string;
  readonly selections: readonly ChaosSelection[];
}

const CHAOS_MESH = 'chaos-mesh.org/';
const LITMUS = 'litmuschaos.io/';
// Ways to select that we do not evaluate: with only these, the namespace alone would name too many Pods.
const NARROWING = [
  'expressionSelectors',
  'annotationSelectors',
  'fieldSelectors',
  'nodes',
  'nodeSelectors',
  'podPhaseSelectors',
  'pods',
];

/** Every fault-injection object of a snapshot. */
export function chaosExperiments(objects: ObjectIndex): readonly ChaosExperiment[] {
  const kinds = objects
    .kinds()
    .filter((kind) => kind.endsWith('Chaos') || kind === 'Schedule' || kind === 'ChaosEngine');
  return kinds.flatMap((kind) => objects.list(kind).flatMap((object) => read(object) ?? []));
}

function read(object: KubeObject): ChaosExperiment | null {
  if (object.apiVersion.startsWith(LITMUS)) return object.kind === 'ChaosEngine' ? readEngine(object) : null;
  if (!object.apiVersion.startsWith(CHAOS_MESH)) return null;
  if (object.kind !== 'Schedule') return { object, experiment: object.kind, ...readSpec(object, 'spec') };
  const experiment = text(readField(object, 'spec.type'));
  if (!experiment) return null;
  return {
    object,
    experiment,
    ...readSpec(object, `spec.${experiment.charAt(0).toLowerCase()}${experiment.slice(1)}`),
  };
}

function readSpec(object: KubeObject, specPath: string): Pick<ChaosExperiment, 'action' | 'specPath' | 'selections'> {
  const selections = (['source', 'target'] as const).flatMap((side) => {
    const path = side === 'source' ? `${specPath}.selector` : `${specPath}.target.selector`;
    const selector = readField(object, path);
    return isRecord(selector) ? [readSelector(object, { side, path, selector })] : [];
  });
  selections.push(...readRecords(object));
  return { action: text(readField(object, `${specPath}.action`)), specPath, selections };
}

function readSelector(
  object: KubeObject,
  { side, path, selector }: { side: ChaosSelection['side']; path: string; selector: Record<string, unknown> },
): ChaosSelection {
  const pods = isRecord(selector['pods']) ? selector['pods'] : {};
  const named =
    NARROWING.some((key) => key in selector) && !('labelSelectors' in selector)
      ? null
      : strings(selector['namespaces']);
  return {
    side,
    path,
    namespaces: named && named.length === 0 ? [object.metadata.namespace ?? ''].filter(Boolean) : (named ?? []),
    labels: isRecord(selector['labelSelectors']) ? stringValues(selector['labelSelectors']) : {},
    podNames: Object.entries(pods).flatMap(([namespace, names]) => strings(names).map((name) => ({ namespace, name }))),
  };
}

// The injector records whom it really touched: `namespace/pod` or `namespace/pod/container`.
function readRecords(object: KubeObject): readonly ChaosSelection[] {
  const path = 'status.experiment.containerRecords';
  const records = readField(object, path);
  const entries = Array.isArray(records) ? records.filter(isRecord) : [];
  return (['source', 'target'] as const).flatMap((side) => {
    const podNames = entries
      .filter((entry) => text(entry['selectorKey']).toLowerCase().includes('target') === (side === 'target'))
      .map((entry) => text(entry['id']).split('/'))
      .flatMap(([namespace, name]) => (namespace && name ? [{ namespace, name }] : []));
    return podNames.length > 0 ? [{ path, side, namespaces: [], labels: {}, podNames }] : [];
  });
}

function readEngine(object: KubeObject): ChaosExperiment {
  const info = readField(object, 'spec.appinfo');
  const app = isRecord(info) ? info : {};
  const label = text(app['applabel']).split(',')[0] ?? '';
  const [key = '', value = ''] = label.split('=');
  const experiments = readField(object, 'spec.experiments');
  const first: unknown = Array.isArray(experiments) ? experiments[0] : undefined;
  const namespace = text(app['appns']) || (object.metadata.namespace ?? '');
  const selection: ChaosSelection = {
    path: 'spec.appinfo',
    side: 'source',
    namespaces: [namespace],
    labels: key && value ? { [key]: value } : {},
    podNames: [],
  };
  return {
    object,
    experiment: 'ChaosEngine',
    action: isRecord(first) ? text(first['name']) : '',
    specPath: 'spec',
    selections: key && value ? [selection] : [],
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function stringValues(value: Record<string, unknown>): Labels {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
