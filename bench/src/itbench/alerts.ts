import { MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import { realise, type RealPod } from '@headwater/testkit/world/realise.ts';
import type { Component } from './applications/application.ts';
import { calleesOf, onsetOf } from './telemetry.ts';
import type { Stage } from './stage.ts';
import type { PlacedAlert, Symptoms } from './symptoms.ts';

/** Adds the alerts of the truth with the labels that the rules of its monitoring give them. */
export function addAlerts(stage: Stage, symptoms: Symptoms): void {
  for (const alert of symptoms.alerts) {
    const labels: Record<string, string> = { alertname: alert.name, ...labelsOf(stage, alert) };
    const since = alert.component ? onsetOf(stage, symptoms, alert.component) : stage.at + MINUTE;
    const known = stage.plan.alerts.some((other) => JSON.stringify(other.labels) === JSON.stringify(labels));
    // The same rule for the same labels is one alert, however often the truth lists it.
    if (known) continue;
    stage.plan.alerts.push({
      labels,
      annotations: { description: `${alert.name} ${labels['service_name'] ?? labels['pod'] ?? ''}`.trim() },
      startsAt: Math.min(since + delayOf(alert), stage.scene.now - 30 * SECOND),
      endsAt: null,
    });
  }
}

// `for` of each rule plus what its range needs to fill.
function delayOf({ name, complaint }: PlacedAlert): Millis {
  if (complaint === 'starved') return 20 * MINUTE;
  if (complaint === 'other') return name.startsWith('Kube') ? 15 * MINUTE : 3 * MINUTE;
  return 3 * MINUTE;
}

function labelsOf(stage: Stage, alert: PlacedAlert): Record<string, string> {
  const { component, namespace, name } = alert;
  if (/^Kube(?:Pod|Container)|^CPUThrottling/.test(name)) return podLabels(stage, component, namespace);
  if (name.startsWith('Node')) return nodeLabels(stage);
  if (/Kafka/.test(name)) return kafkaLabels(stage, alert);
  if (name.startsWith('KubeDeployment') && component)
    return { severity: 'warning', namespace, deployment: stage.workload(component).name };
  if (!component || name === 'FailedPodsDetected') return { severity: 'critical', namespace };
  if (stage.cast.application.telemetry === 'spans')
    return { severity: 'critical', namespace, service_name: component.name };
  return meshLabels(stage, alert, component);
}

function podLabels(stage: Stage, component: Component | undefined, namespace: string): Record<string, string> {
  const pod = podOf(stage, component ?? victim(stage));
  return {
    severity: 'warning',
    namespace: pod?.namespace ?? namespace,
    ...(pod ? { pod: pod.name, container: pod.frame.spec.containers[0]?.name ?? '' } : {}),
  };
}

// Of several Pods the one that is not ready.
function podOf(stage: Stage, component: Component | undefined): RealPod | undefined {
  const pods = component ? realise(stage.plan, stage.workload(component)).pods : [];
  return pods.find(({ outcome }) => !outcome.ready) ?? pods[0];
}

function victim(stage: Stage): Component | undefined {
  return stage.cast.application.components.find(({ name }) => stage.victims.has(name));
}

function nodeLabels(stage: Stage): Record<string, string> {
  const node = podOf(stage, victim(stage))?.frame.node ?? stage.plan.nodes[0];
  return { severity: 'warning', job: 'node-exporter', ...(node ? { instance: `${node.address}:9100` } : {}) };
}

function kafkaLabels(stage: Stage, { name, component, namespace }: PlacedAlert): Record<string, string> {
  const client =
    component ??
    stage.cast.application.components.find(({ name: of, calls }) => stage.victims.has(of) && 'KAFKA_ADDR' in calls);
  const key = /Consumer/.test(name) ? 'consumergroup' : 'job';
  return { severity: 'warning', namespace, ...(client ? { [key]: client.name } : {}) };
}

function meshLabels(
  stage: Stage,
  { complaint, name, namespace }: PlacedAlert,
  component: Component,
): Record<string, string> {
  const { components } = stage.cast.application;
  const outgoing = /Opened/.test(name);
  const callee = outgoing ? calleesOf(stage, component)[0]?.[0] : component;
  const caller = outgoing ? component : components.find(({ calls }) => Object.values(calls).includes(component.name));
  return {
    severity: complaint === 'starved' ? 'critical' : 'warning',
    ...(callee ? { destination_canonical_service: callee.name, destination_workload_namespace: namespace } : {}),
    ...(caller ? { source_canonical_service: caller.name, source_workload_namespace: namespace } : {}),
    ...(complaint === 'errors' ? { response_code: '403' } : {}),
  };
}
