import { contentId, canonicalJson } from '@headwater/core/ids.ts';
import type { Json } from './json.ts';
import type { AlertDraft } from './plan.ts';
import { type Scene, stamp } from './scene.ts';

/** The identity Alertmanager gives a label set. */
export function fingerprintOf(scene: Scene, labels: Readonly<Record<string, string>>): string {
  return scene.random.hex(`fingerprint/${canonicalJson(labels)}`, 16);
}

/** Alertmanager version 4 webhook bodies, one per alert name and status, in order of their first alert. */
export function alertBodies(
  scene: Scene,
  alerts: readonly AlertDraft[],
): { readonly name: string; readonly body: Json }[] {
  const sorted = [...alerts].sort((left, right) => left.startsAt - right.startsAt);
  const groups = Map.groupBy(
    sorted,
    (alert) => `${alert.labels['alertname'] ?? ''}/${alert.labels['namespace'] ?? ''}`,
  );
  return [...groups.values()].flatMap((group) => {
    const firing = group.map((alert) => ({ ...alert, endsAt: null }));
    const resolved = group.filter(({ endsAt }) => endsAt !== null);
    const bodies = [bodyOf(scene, firing)];
    if (resolved.length > 0) bodies.push(bodyOf(scene, resolved));
    return bodies.map((body, index) => ({
      name: `${group[0]?.labels['alertname'] ?? 'alert'}-${index === 0 ? 'firing' : 'resolved'}`,
      body,
    }));
  });
}

function bodyOf(scene: Scene, alerts: readonly AlertDraft[]): Json {
  const [first] = alerts;
  const status = alerts.every(({ endsAt }) => endsAt !== null) ? 'resolved' : 'firing';
  const groupLabels = pickLabels(first, ['alertname', 'namespace']);
  const { domain } = scene.cast;
  return {
    alerts: alerts.map((alert) => alertJson(scene, alert)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    commonLabels: common(alerts.map(({ labels }) => labels)),
    externalURL: `https://alertmanager.${domain}`,
    groupKey: `{}/{severity=~"warning|critical"}:{${Object.entries(groupLabels)
      .map(([key, value]) => `${key}="${value}"`)
      .join(', ')}}`,
    groupLabels,
    receiver: 'headwater',
    status,
    truncatedAlerts: 0,
    version: '4',
  };
}

function alertJson(scene: Scene, alert: AlertDraft): Json {
  return {
    annotations: alert.annotations,
    endsAt: alert.endsAt === null ? '0001-01-01T00:00:00Z' : stamp(alert.endsAt),
    fingerprint: fingerprintOf(scene, alert.labels),
    generatorURL: `https://prometheus.${scene.cast.domain}/graph?g0.expr=${contentId('q', alert.labels['alertname'] ?? '').slice(2, 10)}&g0.tab=1`,
    labels: alert.labels,
    startsAt: stamp(alert.startsAt),
    status: alert.endsAt === null ? 'firing' : 'resolved',
  };
}

function pickLabels(alert: AlertDraft | undefined, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (alert?.labels[name] ? [[name, alert.labels[name]]] : [])));
}

function common(maps: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...rest] = maps;
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => rest.every((map) => map[key] === value)));
}
