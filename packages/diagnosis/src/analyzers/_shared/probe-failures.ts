import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Probe } from '@headwater/contracts/kube/pod.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastDeath } from './container-death.ts';
import { ageOf, isWithin, lastEvent, RECENT } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isOnDownNode } from './node-pods.ts';
import { citePodSpec } from './pod-spec.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from './pods.ts';
import { PROBE_KINDS, type ProbeKind, portOf, probeOf } from './probes.ts';
import { unsettledPods } from './unsettled-pods.ts';
import { rootObject, templateOf, templatePath } from './workloads.ts';

/** A probe that fails now and keeps its container from serving: killed again and again, or never ready. */
export interface ProbeFailure {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly kind: ProbeKind;
  readonly probe: Probe;
  /** Field path of the probe in a Pod. */
  readonly path: string;
  /** Cites the probe as a person wrote it. */
  readonly cite: () => Evidence;
  /**
   * True when a mesh put its agent between the kubelet and the container: `probe` is then the one of the template, and
   * every failure behind the agent reaches the kubelet as a 500.
   */
  readonly rewritten: boolean;
  /** The last Unhealthy event of this probe; null when events have expired. */
  readonly event: EventRecord | null;
  /** The kubelet's Killing event for it. */
  readonly killing: EventRecord | null;
}

/** Every probe that fails now with an effect. */
export const probeFailures = perSnapshot((snapshot): readonly ProbeFailure[] =>
  unsettledPods(snapshot).flatMap((pod) => (isObservable(snapshot, pod) ? failuresOf(snapshot, pod) : [])),
);

function isObservable(snapshot: Snapshot, pod: PodObject): boolean {
  return (
    !isGone(pod) && pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Pending' && !isOnDownNode(snapshot, pod)
  );
}

function failuresOf(snapshot: Snapshot, pod: PodObject): ProbeFailure[] {
  const views = containersOf(pod).filter(({ spec, init }) => !init || spec?.restartPolicy === 'Always');
  const found: ProbeFailure[] = [];
  for (const kind of PROBE_KINDS) {
    const probed = views.filter(({ spec }) => probeOf(spec, kind));
    for (const view of probed) {
      // Most containers are well; their events need not be read.
      const probe = mayFail(view, kind) ? originalProbe(snapshot, pod, view, kind) : null;
      if (!probe) continue;
      const event =
        lastEvent(snapshot, pod, (candidate) => isAbout(snapshot, candidate, { kind, view, probed })) ?? null;
      const killing = lastEvent(snapshot, pod, (candidate) => isKilling(candidate, kind, view.name)) ?? null;
      const failure = { pod, view, kind, ...probe, path: `${view.specPath}.${kind}Probe`, event, killing };
      if (kind === 'readiness' ? isUnready(snapshot, failure) : isKilled(snapshot, failure)) found.push(failure);
    }
  }
  return found;
}

function mayFail({ status }: ContainerView, kind: ProbeKind): boolean {
  return kind === 'readiness' ? status?.ready === false : (status?.restartCount ?? 0) > 0;
}

function originalProbe(
  snapshot: Snapshot,
  pod: PodObject,
  { spec, specPath }: ContainerView,
  kind: ProbeKind,
): Pick<ProbeFailure, 'probe' | 'cite' | 'rewritten'> | null {
  const probe = probeOf(spec, kind);
  if (!probe) return null;
  const path = `${specPath}.${kind}Probe`;
  const plain = { probe, cite: () => citePodSpec(snapshot, pod, path), rewritten: false };
  if (!probe.httpGet?.path?.startsWith('/app-health/')) return plain;
  const root = rootObject(snapshot, pod);
  const written = probeOf(
    templateOf(root)?.spec?.containers?.find(({ name }) => name === spec?.name),
    kind,
  );
  if (!written) return plain;
  return { probe: written, cite: () => citeField(root, `${templatePath(root)}.${path}`), rewritten: true };
}

function isAbout(
  snapshot: Snapshot,
  event: EventRecord,
  { kind, view, probed }: { kind: ProbeKind; view: ContainerView; probed: readonly ContainerView[] },
): boolean {
  if (event.reason !== 'Unhealthy' && event.reason !== 'ProbeWarning') return false;
  if (!event.message.toLowerCase().startsWith(`${kind} probe`)) return false;
  if (probed.length === 1) return true;
  const field = snapshot.objects.get('Event', event.namespace, event.name)?.involvedObject?.fieldPath;
  if (field) return field.endsWith(`{${view.name}}`);
  const probe = probeOf(view.spec, kind);
  const port = probe ? portOf(probe, view.spec) : null;
  return port !== null && new RegExp(`:${port}\\b`).test(event.message);
}

function isKilling({ reason, message }: EventRecord, kind: ProbeKind, container: string): boolean {
  return reason === 'Killing' && message.toLowerCase().includes(`failed ${kind} probe`) && message.includes(container);
}

// A probe kills by signal; a container that ended by itself only looks unhealthy on its way.
function isKilled(snapshot: Snapshot, { view, event, killing }: ProbeFailure): boolean {
  const { status } = view;
  const restarts = status?.restartCount ?? 0;
  const death = lastDeath(view);
  const bySignal = death?.how.exitCode === 137 || death?.how.exitCode === 143;
  if (
    death?.how.reason === 'OOMKilled' ||
    restarts === 0 ||
    !(killing || (bySignal && event) || (bySignal && death?.down))
  )
    return false;
  if (death?.down) return true;
  const started = parseTime(status?.state?.running?.startedAt);
  const failsAgain = event !== null && event.last !== null && started !== null && event.last >= started;
  const last = killing?.last ?? event?.last ?? death?.at ?? null;
  if (last === null) return status?.ready !== true || restarts > 1;
  return isWithin(snapshot, last, RECENT) && (failsAgain || restarts > 1 || status?.ready !== true);
}

// A container that has just started is not ready yet, and that is no fault.
const SETTLE = MINUTE / 2;

function isUnready(snapshot: Snapshot, { view, event, probe }: ProbeFailure): boolean {
  const { status } = view;
  if (!status?.state?.running || status.ready !== false) return false;
  const age = ageOf(snapshot, status.state.running.startedAt);
  if (age !== null && age < SETTLE + (probe.initialDelaySeconds ?? 0) * 1000)
    return event === null && isHeldBack(probe, age);
  if (event) return event.last === null || isWithin(snapshot, event.last, RECENT) || event.count >= 3;
  return age !== null && age > 5 * MINUTE;
}

/** Whether a container waits for nothing but a readiness probe that has not been asked yet, for longer than a start takes. */
export function isHeldBack(probe: Probe, age: number): boolean {
  const delay = (probe.initialDelaySeconds ?? 0) * 1000;
  return age < delay && age > 2 * MINUTE;
}

/** The other probes of the same container that pass now, as its status shows. */
export function passingProbes({ view, kind }: ProbeFailure): readonly { kind: ProbeKind; probe: Probe }[] {
  return PROBE_KINDS.flatMap((other) => {
    const probe = other === kind ? undefined : probeOf(view.spec, other);
    const passes =
      other === 'readiness'
        ? view.status?.ready === true
        : (view.status?.restartCount ?? 0) === 0 && view.status?.started !== false;
    return probe && passes ? [{ kind: other, probe }] : [];
  });
}
