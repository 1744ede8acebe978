import type { Cause, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { CaseResult } from '../suite.ts';
import type { OpsCase } from './dataset.ts';
import { canonical, labelOf } from './labels.ts';

/** One ranked answer in the benchmark's words. */
export interface Prediction {
  readonly taxonomy: string;
  /** Every name the benchmark may call the object by: `app/x`, `node/x`, `namespace/x`. */
  readonly objects: readonly string[];
  readonly label: string;
}

export interface CaseScore {
  readonly id: string;
  readonly family: string;
  readonly label: string;
  /** 1-based rank of the right answer among the first three; 0 when absent. */
  readonly rank: number;
  readonly verdict: Diagnosis['verdict'];
  /** Of the first cause; null when none was named. */
  readonly confidence: CaseResult['confidence'];
  readonly predictions: readonly Prediction[];
  readonly ms: number;
}

/** The first three distinct answers of a diagnosis. */
export function predictionsOf(diagnosis: Diagnosis, snapshot: Snapshot): Prediction[] {
  const predictions = diagnosis.causes.flatMap((cause) => {
    const rule = labelOf(cause);
    return rule
      ? [{ taxonomy: rule.taxonomy, objects: objectsOf(cause, snapshot), label: rule.label }]
      : [{ taxonomy: '', objects: objectsOf(cause, snapshot), label: `(${cause.category})` }];
  });
  const unique = new Map(predictions.map((prediction) => [JSON.stringify(prediction), prediction]));
  return [...unique.values()].slice(0, 3);
}

/** 1-based rank of the truth among predictions: taxonomy, object and cause must all be right; 0 when none is. */
export function rankOf(truth: OpsCase['result'], predictions: readonly Prediction[]): number {
  return (
    1 +
    predictions.findIndex(
      ({ taxonomy, objects, label }) =>
        taxonomy.toLowerCase() === truth.fault_taxonomy.toLowerCase() &&
        canonical(label) === canonical(truth.root_cause) &&
        objects.some((object) => object.toLowerCase() === truth.fault_object.toLowerCase()),
    )
  );
}

// The benchmark names applications, Nodes and Namespaces; ours may be a claim, a quota or a Service of the application.
function objectsOf(cause: Cause, snapshot: Snapshot): string[] {
  const { subject } = cause;
  if (subject.kind === 'Node') return [`node/${subject.name}`];
  if (cause.category === 'quota-exceeded') return [`namespace/${subject.namespace ?? subject.name}`];
  // A misroute is told by the application whose requests go astray.
  if (cause.category === 'gateway-misroute')
    return appsOf(
      cause.aliases.filter(({ kind }) => kind === 'Service'),
      subject,
    );
  if (
    cause.category === 'node-cordoned' ||
    [
      'PersistentVolumeClaim',
      'PersistentVolume',
      'StorageClass',
      'ServiceAccount',
      'Secret',
      'ConfigMap',
      'NetworkPolicy',
    ].includes(subject.kind)
  ) {
    return users(snapshot, subject, cause.aliases);
  }
  return applicationNames(snapshot, subject);
}

/** An application by the names of its workload, of the Services that send to it alone, and of its `app` label. */
function applicationNames(snapshot: Snapshot, subject: Subject): string[] {
  const workloads =
    subject.kind === 'Service'
      ? snapshot.topology.dependencies(subject).flatMap(({ relation, to }) => (relation === 'selects' ? [to] : []))
      : [subject];
  const services = workloads.flatMap((workload) =>
    snapshot.topology
      .dependents(workload)
      .flatMap(({ relation, from }) => (relation === 'selects' && from.kind === 'Service' ? [from] : [])),
  );
  const alone = services.filter(
    (service) => snapshot.topology.dependencies(service).filter(({ relation }) => relation === 'selects').length === 1,
  );
  const names = [subject, ...(workloads.length === 1 ? workloads : []), ...alone].map(({ name }) => name);
  const labels = workloads.length === 1 ? workloads.flatMap((workload) => snapshot.objects.find(workload) ?? []) : [];
  const called = labels.flatMap(
    ({ metadata }) => metadata.labels?.['app'] ?? metadata.labels?.['app.kubernetes.io/name'] ?? [],
  );
  return [...new Set([...names, ...called])].map((name) => `app/${name}`);
}

function appsOf(services: readonly Subject[], fallback: Subject): string[] {
  return (services.length > 0 ? services : [fallback]).map(({ name }) => `app/${name}`);
}

function users(snapshot: Snapshot, subject: Subject, aliases: readonly Subject[]): string[] {
  const workloads = ['Deployment', 'StatefulSet', 'DaemonSet'];
  const dependents = [...snapshot.topology.impact(subject, 2).values()].map((entry) => entry.subject);
  const names = [subject, ...aliases, ...dependents]
    .filter(({ kind }) => workloads.includes(kind))
    .map(({ name }) => `app/${name}`);
  return [...new Set(names)];
}
