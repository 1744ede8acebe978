import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatTime } from '@headwater/core/time.ts';
import { ageOf, describedTime } from './clock.ts';
import { compact } from './containers.ts';
import { childOf, type Entry, mapOf, tableOf, valueOf } from './describe.ts';

/** A described Node. */
export function parseNode(root: Entry): Partial<ObjectOf<'Node'>> {
  const taints = [childOf(root, 'Taints')?.value ?? '', ...(childOf(root, 'Taints')?.more ?? [])].flatMap((text) => {
    const match = /^([^\s=:]+)(?:=([^\s:]*))?:(\w+)$/.exec(text);
    return match ? [compact({ key: match[1], value: match[2], effect: match[3] })] : [];
  });
  const conditions = tableOf(root, 'Conditions').map(([type, status, heartbeat, transition, reason, message]) => ({
    type,
    status,
    lastHeartbeatTime: describedTime(heartbeat) ?? null,
    lastTransitionTime: describedTime(transition) ?? null,
    reason,
    message,
  }));
  const info = childOf(root, 'System Info');
  return {
    spec: { unschedulable: valueOf(root, 'Unschedulable') === 'true', taints },
    status: {
      conditions,
      addresses: (childOf(root, 'Addresses')?.children ?? []).map(({ key, value }) => ({ type: key, address: value })),
      capacity: mapOf(root, 'Capacity'),
      allocatable: mapOf(root, 'Allocatable'),
      nodeInfo: compact({
        bootID: valueOf(info, 'Boot ID'),
        kubeletVersion: valueOf(info, 'Kubelet Version'),
        containerRuntimeVersion: valueOf(info, 'Container Runtime Version'),
        architecture: valueOf(info, 'Architecture'),
      }),
    },
  };
}

/** The Lease a Node's describe shows. */
export function leaseOf(root: Entry, name: string): ObjectOf<'Lease'> | null {
  const lease = childOf(root, 'Lease');
  const renewTime = describedTime(valueOf(lease, 'RenewTime'));
  if (!renewTime) return null;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, renewTime, leaseDurationSeconds: 40 },
  };
}

/** Placeholder Pods for what a Node's describe says it also carries: their requests count against its room. */
export function carriedPods(root: Entry, node: string, now: number): ObjectOf<'Pod'>[] {
  const pods: ObjectOf<'Pod'>[] = [];
  const rows = tableOf(root, 'Non-terminated Pods');
  for (const [namespace, name, cpu, , memory, , age = '0s'] of rows) {
    if (!namespace || !name) continue;
    const created = formatTime(now - ageOf(age));
    const requests: Record<string, string> = {};
    if (cpu !== undefined) requests['cpu'] = quantity(cpu);
    if (memory !== undefined) requests['memory'] = quantity(memory);
    pods.push({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, creationTimestamp: created },
      spec: { nodeName: node, containers: [{ name: 'unknown', resources: { requests } }] },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], startTime: created },
    });
  }
  return pods;
}

// `100m (2%)`: the share of the Node is left out.
function quantity(text: string): string {
  const end = text.indexOf(' ');
  return end < 0 ? text : text.slice(0, end);
}
