import { labelFingerprint } from '@headwater/core/alert/fingerprint.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';
import { openScene, type Scene, type SceneDatabase } from '@headwater/engine/correlate/test-correlation.ts';
import { createIntake } from '@headwater/engine/intake/record-signals.ts';
import { silentMetrics } from '@headwater/engine/ports/metrics.ts';
import { testServer } from '../http/test-server.ts';
import { webhookRoutes } from '../http/webhooks/routes.ts';

export interface ToldAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: Millis;
  readonly endsAt?: Millis;
}

/** A server that takes webhooks as Alertmanager sends them; correlation and sweeps run when the test says so. */
export interface Receiver extends Scene {
  /** Posts one webhook of one group; resolves when it was answered 200. */
  post(alerts: readonly ToldAlert[], groupKey?: string): Promise<void>;
}

/** Starts one on an emptied database. */
export async function startReceiver(database: SceneDatabase): Promise<Receiver> {
  const scene = await openScene(database);
  const intake = createIntake({
    store: database.store,
    metrics: silentMetrics,
    defaultCluster: 'prod',
    newId: (prefix) => scene.ctx().newId(prefix),
    elapsed: () => 0,
    maxWaitingAlerts: 20_000,
  });
  const server = await testServer({
    routes: webhookRoutes,
    store: database.store,
    services: { intake },
    now: () => scene.now,
  });
  return Object.assign(scene, {
    async post(alerts: readonly ToldAlert[], groupKey = '{}:{}') {
      const payload = bodyOf(alerts, groupKey);
      const { statusCode, body } = await server.inject({ method: 'POST', url: '/webhook/alertmanager', payload });
      if (statusCode !== 200) throw new Error(`the webhook was answered ${statusCode}: ${body}`);
    },
  });
}

function bodyOf(alerts: readonly ToldAlert[], groupKey: string): object {
  const told = alerts.map(({ labels, startsAt, endsAt }) => ({
    status: endsAt === undefined ? 'firing' : 'resolved',
    labels,
    annotations: {},
    startsAt: formatTime(startsAt),
    endsAt: endsAt === undefined ? '0001-01-01T00:00:00Z' : formatTime(endsAt),
    generatorURL: 'http://prometheus.example/graph',
    fingerprint: labelFingerprint(labels),
  }));
  const status = told.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved';
  return { version: '4', groupKey, receiver: 'headwater', status, truncatedAlerts: 0, alerts: told };
}
