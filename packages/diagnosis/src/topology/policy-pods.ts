import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import type { Labels } from '@headwater/core/kube/selector.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { namespaceLabels } from './namespaces.ts';
import type { PolicyPod } from './network-policy.ts';
import type { TemplateView } from './templates.ts';

/** A Pod as NetworkPolicies see it. */
export function policyPod(snapshot: Pick<Snapshot, 'objects'>, pod: ObjectOf<'Pod'>): PolicyPod {
  return view(snapshot, {
    namespace: pod.metadata.namespace ?? '',
    labels: pod.metadata.labels ?? {},
    spec: pod.spec ?? {},
    ip: pod.status?.podIP ?? null,
  });
}

/** The Pods a template makes, as NetworkPolicies see them. */
export function policyPodOfTemplate(snapshot: Pick<Snapshot, 'objects'>, template: TemplateView): PolicyPod {
  return view(snapshot, { ...template, ip: null });
}

function view(
  { objects }: Pick<Snapshot, 'objects'>,
  { namespace, labels, spec, ip }: { namespace: string; labels: Labels; spec: PodSpec; ip: string | null },
): PolicyPod {
  const known = namespaceLabels(objects, namespace);
  return {
    namespace,
    labels,
    namespaceLabels: known.labels,
    namespaceCertain: known.certain,
    ip,
    hostNetwork: spec.hostNetwork === true,
    ports: (spec.containers ?? []).flatMap(({ ports }) =>
      (ports ?? []).flatMap(({ name, containerPort, protocol }) =>
        typeof containerPort === 'number'
          ? [{ name: name ?? null, port: containerPort, protocol: protocol ?? 'TCP' }]
          : [],
      ),
    ),
  };
}
