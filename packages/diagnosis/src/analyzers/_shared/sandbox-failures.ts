import type { Subject } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isWithin } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isGone, type PodObject } from './pods.ts';

/** Why a Pod's network could not be set up. `ips`: no address left. `attachment`: an extra network it asks for is not defined. */
export type SandboxFault = 'ips' | 'plugin' | 'attachment' | 'other';

/** A Pod that cannot start because its sandbox cannot be made. */
export interface SandboxFailure {
  readonly pod: PodObject;
  readonly node: Subject | null;
  readonly event: EventRecord;
  readonly fault: SandboxFault;
}

// The kubelet retries a sandbox every few seconds to minutes, and its events are merged; older ones are of another time.
const RETRIES = 30 * MINUTE;

/** Pods that wait for a sandbox now, with the kubelet's last word on it. */
export const sandboxFailures = perSnapshot((snapshot: Snapshot): readonly SandboxFailure[] => {
  const latest = new Map<PodObject, EventRecord>();
  for (const event of snapshot.events.withReason('FailedCreatePodSandBox')) {
    const pod = snapshot.objects.get('Pod', event.subject.namespace, event.subject.name);
    if (pod && !event.stale && isWaiting(pod) && isWithin(snapshot, event.last, RETRIES)) latest.set(pod, event);
  }
  return [...latest].map(([pod, event]) => ({
    pod,
    event,
    node: pod.spec?.nodeName ? { kind: 'Node', name: pod.spec.nodeName } : null,
    fault: sandboxFault(event.message),
  }));
});

/** Reads the kubelet's message on a failed sandbox. */
export function sandboxFault(message: string): SandboxFault {
  if (NO_ADDRESS.test(message) && !UNANSWERED.test(message)) return 'ips';
  if (/network-attachment-definition|NetworkAttachmentDefinition/.test(message)) return 'attachment';
  return PLUGIN.test(message) ? 'plugin' : 'other';
}

const NO_ADDRESS =
  /no (?:more )?(?:free |available )?(?:ips?|ip addresses|addresses)\b.*(?:available|left|range|pool|subnet)|no (?:free|available) (?:ips?|addresses|address pools?)|failed to allocate (?:for range|an? ip|address)|(?:ip ?pool|ipam|range|subnet)\b.*(?:exhausted|is full)|no IP addresses available|failed to assign an IP address|assigned 0 out of \d+ requested|InsufficientFreeAddresses|(?:unable|failed) to allocate IP|all addresses (?:are )?(?:in use|allocated)/i;
// Who could not ask for an address does not know that none is left.
const UNANSWERED = /connection refused|dial (?:tcp|unix)|i\/o timeout|deadline exceeded/i;
const PLUGIN =
  /failed to set ?up (?:pod |network|sandbox)|network for (?:pod|sandbox)|plugin type=|cni|networkPlugin|failed to find plugin|no networks found|calico|cilium|flannel|weave|antrea|multus|aws-vpc/i;

function isWaiting(pod: PodObject): boolean {
  if (isGone(pod) || pod.status?.podIP) return false;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return pod.status?.phase !== 'Running' && statuses.every(({ state }) => !state?.running && !state?.terminated);
}
