import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Components } from './components.ts';
import type { TemplateIndex } from './templates.ts';

/** Finds the objects behind the names that traces and metrics use; null when a name fits none or several namespaces. */
export interface TelemetryNames {
  /** The workload of that name, or the one behind the Service of that name. */
  workload(name: string, namespace: string | undefined): Subject | null;
  /** The Service of that name, or the workload when no Service has it. */
  service(name: string, namespace: string | undefined): Subject | null;
  /** The workload that OpenTelemetry's `k8s.*` resource attributes name. */
  resource(attributes: Readonly<Record<string, string>>): Subject | null;
}

const RESOURCE_KINDS = [
  ['k8s.deployment.name', 'Deployment'],
  ['k8s.statefulset.name', 'StatefulSet'],
  ['k8s.daemonset.name', 'DaemonSet'],
  ['k8s.pod.name', 'Pod'],
] as const;

/** Builds the name tables once. */
export function createTelemetryNames({
  snapshot,
  components,
  templates,
}: {
  readonly snapshot: Snapshot;
  readonly components: Components;
  readonly templates: TemplateIndex;
}): TelemetryNames {
  const workloads = Map.groupBy(templates.components, ({ name }) => name);
  const services = Map.groupBy(snapshot.objects.list('Service').map(subjectOf), ({ name }) => name);
  const workload = (name: string, namespace: string | undefined): Subject | null => {
    const found = only(workloads.get(name), namespace);
    if (found) return found;
    const service = only(services.get(name), namespace);
    const matchLabels = service
      ? snapshot.objects.get('Service', service.namespace, service.name)?.spec?.selector
      : null;
    if (!service || !matchLabels || Object.keys(matchLabels).length === 0) return null;
    return templates.match(service.namespace ?? '', { matchLabels })[0]?.component ?? null;
  };
  return {
    workload,
    service: (name, namespace) => only(services.get(name), namespace) ?? only(workloads.get(name), namespace),
    resource: (attributes) => {
      const namespace = attributes['k8s.namespace.name'];
      for (const [attribute, kind] of RESOURCE_KINDS) {
        const name = attributes[attribute];
        if (name && namespace) return components.named(kind, namespace, name);
      }
      return null;
    },
  };
}

function only(candidates: readonly Subject[] | undefined, namespace: string | undefined): Subject | null {
  const near = (candidates ?? []).filter((subject) => namespace === undefined || subject.namespace === namespace);
  // A `service.namespace` attribute is the application's word, not always a Kubernetes namespace.
  const fitting = near.length > 0 ? near : (candidates ?? []);
  const [first, ...others] = fitting;
  if (
    !first ||
    others.some((subject) => subjectKey(subject) !== subjectKey(first) && subject.namespace !== first.namespace)
  )
    return null;
  return first;
}
