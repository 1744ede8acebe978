import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { pairs } from './pod-text.ts';
import { age, longTime, type Zone } from './times.ts';

/** `kubectl describe nodes` without its Events; `pods` are those of every namespace. */
export function nodeLines(
  node: ObjectOf<'Node'>,
  pods: readonly KubeObject[],
  { zone, now }: { zone: Zone; now: number },
): string[] {
  const { metadata, spec, status } = node;
  const carried = pods.filter(
    (pod): pod is ObjectOf<'Pod'> => pod.kind === 'Pod' && (pod as ObjectOf<'Pod'>).spec?.nodeName === metadata.name,
  );
  const taints = (spec?.taints ?? []).map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`);
  return [
    `Name:\t${metadata.name}`,
    `Roles:\t${metadata.labels?.['kubernetes.io/role'] ?? '<none>'}`,
    ...pairs('Labels', metadata.labels),
    ...pairs('Annotations', metadata.annotations, ': '),
    `CreationTimestamp:\t${longTime(metadata.creationTimestamp, zone)}`,
    `Taints:\t${taints[0] ?? '<none>'}`,
    ...taints.slice(1).map((taint) => `\t${taint}`),
    `Unschedulable:\t${spec?.unschedulable ?? false}`,
    'Lease:',
    `  HolderIdentity:\t${metadata.name}`,
    '  AcquireTime:\t<unset>',
    `  RenewTime:\t${longTime(new Date(now - 6000).toISOString(), zone)}`,
    'Conditions:',
    '  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage',
    '  ----\t------\t-----------------\t------------------\t------\t-------',
    ...(status?.conditions ?? []).map(
      (one) =>
        `  ${one.type} \t${one.status} \t${longTime(heartbeatOf(one), zone)} \t${longTime(one.lastTransitionTime, zone)} \t${one.reason ?? ''} \t${one.message ?? ''}`,
    ),
    'Addresses:',
    ...(status?.addresses ?? []).map(({ type, address }) => `  ${type}:\t${address}`),
    ...(['Capacity', 'Allocatable'] as const).flatMap((title) => [
      `${title}:`,
      ...Object.entries((title === 'Capacity' ? status?.capacity : status?.allocatable) ?? {}).map(
        ([key, value]) => `  ${key}:\t${String(value)}`,
      ),
    ]),
    'System Info:',
    `  Boot ID:\t${status?.nodeInfo?.bootID ?? ''}`,
    '  Architecture:\tamd64',
    `  Container Runtime Version:\t${status?.nodeInfo?.containerRuntimeVersion ?? ''}`,
    `  Kubelet Version:\t${status?.nodeInfo?.kubeletVersion ?? ''}`,
    `Non-terminated Pods:\t(${carried.length} in total)`,
    '  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge',
    '  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---',
    ...carried.map(
      ({ metadata: { namespace, name, creationTimestamp } }) =>
        `  ${namespace}\t${name}\t\t100m (0%)\t1 (3%)\t200Mi (0%)\t1Gi (1%)\t${age(now - Date.parse(creationTimestamp ?? ''))}`,
    ),
  ];
}

function heartbeatOf(condition: object): string | undefined {
  const { lastHeartbeatTime } = condition as { lastHeartbeatTime?: unknown };
  return typeof lastHeartbeatTime === 'string' ? lastHeartbeatTime : undefined;
}
