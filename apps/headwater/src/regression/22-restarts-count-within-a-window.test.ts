import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { expect, it } from 'vitest';

const NOW = '2026-03-01T10:00:00Z';

/** One Deployment whose Pod was killed for its memory at a time and has run since, or runs no more. */
function world(killedAt: string, running: boolean) {
  const labels = { app: 'api', 'pod-template-hash': 'h1' };
  const container = { name: 'app', image: 'api:1', resources: { limits: { memory: '128Mi' } } };
  const terminated = { exitCode: 137, reason: 'OOMKilled', startedAt: killedAt, finishedAt: killedAt };
  return {
    now: NOW,
    objects: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'api', namespace: 'shop', uid: 'd' },
        spec: {
          replicas: 1,
          selector: { matchLabels: { app: 'api' } },
          template: { metadata: { labels: { app: 'api' } }, spec: { containers: [container] } },
        },
        status: { replicas: 1, readyReplicas: running ? 1 : 0, updatedReplicas: 1, availableReplicas: running ? 1 : 0 },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: 'api-h1-aaaaa',
          namespace: 'shop',
          uid: 'p',
          labels,
          creationTimestamp: '2026-01-01T00:00:00Z',
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', uid: 'd', controller: true }],
        },
        spec: { nodeName: 'n1', containers: [container] },
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: running ? 'True' : 'False' }],
          containerStatuses: [
            {
              name: 'app',
              ready: running,
              restartCount: 57,
              state: running
                ? { running: { startedAt: killedAt } }
                : { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
              lastState: { terminated },
            },
          ],
        },
      },
    ],
    alerts: [
      {
        labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'api-h1-aaaaa' },
        startsAt: '2026-03-01T09:55:00Z',
      },
    ],
  };
}

it('blames an out-of-memory kill of now', () => {
  const made = diagnose(fixtureInput(world('2026-03-01T09:58:00Z', false)), { version: 'test' });
  expect(made).toMatchObject({ verdict: 'cause', causes: [{ category: 'oom-killed' }] });
});

it('blames no kill of days ago, however high the lifetime counter of restarts stands', () => {
  const made = diagnose(fixtureInput(world('2026-02-20T03:00:00Z', true)), { version: 'test' });
  expect(made.causes.map(({ category }) => category)).not.toContain('oom-killed');
  expect(made.verdict).not.toBe('cause');
});
