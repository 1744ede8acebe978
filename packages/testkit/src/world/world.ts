import type { SourceName, SourceState } from '@headwater/contracts/recording/manifest.ts';
import { SECOND } from '@headwater/core/time.ts';
import type { Series, Span } from '@headwater/diagnosis/snapshot/input.ts';
import { renderEvents } from './events.ts';
import { clean, type KubeJson } from './json.ts';
import { renderNode } from './node.ts';
import { renderNamespace } from './objects.ts';
import type { AlertDraft, ChangeDraft, JournalDraft, LogDraft, Plan } from './plan.ts';
import { realise } from './realise.ts';
import type { Scene } from './scene.ts';
import { renderService } from './service.ts';

/** One incident frozen in time, as plain data: what a recording holds. */
export interface World {
  readonly scene: Scene;
  /** Everything but Events. */
  readonly objects: readonly KubeJson[];
  readonly events: readonly KubeJson[];
  readonly logs: readonly LogDraft[];
  readonly metrics: readonly Series[];
  readonly traces: readonly Span[];
  readonly alerts: readonly AlertDraft[];
  readonly changes: readonly ChangeDraft[];
  readonly journal: readonly JournalDraft[];
  readonly sources: Readonly<Partial<Record<SourceName, SourceState>>>;
  readonly forbiddenKinds: readonly string[];
  readonly question?: string | undefined;
}

/** Turns a plan into a world. */
export function render(plan: Plan): World {
  const { scene } = plan;
  const workloads = plan.workloads.map((workload) => realise(plan, workload));
  const pods = workloads.flatMap((workload) => workload.pods);
  const objects = [
    ...plan.nodes.flatMap((node) => renderNode(plan, node)),
    ...plan.namespaces.flatMap((namespace) => renderNamespace(scene, namespace)),
    ...workloads.flatMap(({ owner, middle }) => [owner, ...middle]),
    ...pods.map((pod) => pod.object),
    ...plan.services.flatMap((service) => renderService(plan, service, pods)),
    ...plan.objects,
  ];
  const hidden = new Set(plan.forbiddenKinds);
  const events = hidden.has('Event') ? [] : [...plan.events, ...workloads.flatMap((workload) => workload.events)];
  return {
    scene,
    objects: scene.random.shuffled('objects', objects.filter(({ kind }) => !hidden.has(kind)).map(clean)),
    events: scene.random.shuffled('events', renderEvents(scene, events).map(clean)),
    logs: [...plan.logs, ...pods.flatMap((pod) => pod.logs)].filter(({ lines }) => lines.length > 0),
    metrics: plan.metrics,
    traces: plan.traces,
    alerts: plan.alerts,
    changes: plan.changes,
    journal: plan.journal,
    sources: { objects: 'present', logs: 'present', metrics: 'absent', traces: 'absent', ...plan.sources },
    forbiddenKinds: plan.forbiddenKinds,
    question: plan.question,
  };
}

/**
 * The repaired world with what the fault left behind: its alerts (resolved, or not resolved yet) and those of its Events that
 * are still kept.
 */
export function afterRepair(faulty: World, repaired: World): World {
  const { scene } = repaired;
  const resolvedAt = Math.min(
    scene.repairedAt + scene.random.int('resolved-after', 200, 420) * SECOND,
    scene.now - 30 * SECOND,
  );
  const names = new Set(repaired.events.map(eventName));
  const kept = faulty.events.filter((event) => !names.has(eventName(event)) && stillKept(event, scene));
  return {
    ...repaired,
    alerts: faulty.alerts.map((alert) =>
      scene.lingering || alert.labels['alertname'] === 'Watchdog' ? alert : { ...alert, endsAt: resolvedAt },
    ),
    events: [...repaired.events, ...kept],
    changes: [
      ...faulty.changes,
      ...repaired.changes.filter(
        (change) => !faulty.changes.some((old) => old.title === change.title && old.time === change.time),
      ),
    ],
    question: faulty.question,
  };
}

function eventName(event: KubeJson): string {
  return `${event.metadata.namespace ?? ''}/${event.metadata.name}`;
}

function stillKept(event: KubeJson, scene: Scene): boolean {
  const last = event['lastTimestamp'] ?? event['deprecatedLastTimestamp'];
  const text = typeof last === 'string' ? last : event.metadata.creationTimestamp;
  return Date.parse(text) > scene.now - 3_600 * SECOND;
}
