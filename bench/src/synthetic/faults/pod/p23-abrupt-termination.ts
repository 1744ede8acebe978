import { MINUTE, SECOND, type Millis } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { chatterLog, LOG_WINDOW, requestChatter } from '@headwater/testkit/world/log-lines.ts';
import { addMetrics, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { restart, rollOut } from '@headwater/testkit/world/workload.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { replacedPods } from '../../kit/replaced.ts';
import { runtimeOf } from '../../kit/runtimes.ts';

/** P23: each time a pod is replaced its open requests are cut, and new ones reach it after it has gone. */
export const fault: Fault = {
  code: 'P23',
  name: 'abrupt termination during a rollout',
  lookAlikes: ['D02', 'V02', 'P07'],
  scenario: {
    slug: 'synthetic-p23-abrupt-termination',
    title: 'Short bursts of failed requests while a service is rolled out',
    families: ['pod', 'rollout'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { payments, orders, port } = app;
      payments.replicas = 3;
      payments.spec['terminationGracePeriodSeconds'] = scene.random.pick('grace', [0, 1, 2]);
      const at = scene.before(9);
      restart(payments, at, stamp(at));
      if (scene.repaired) rollOut(payments, { at: scene.repairedAt, spec: (spec) => gracefully(spec) });
      const step = scene.random.int('step', 100, 150) * SECOND;
      const stops = [0, 1, 2].map((index) => at + 27 * SECOND + index * step);
      payments.progress = 'complete';
      if (!scene.repaired)
        payments.pods = stops.map((stop) => ({ revision: 'current', state: running(), created: stop - 25 * SECOND }));
      orders.pods = Array.from({ length: orders.replicas }, () => ({
        revision: 'current' as const,
        state: running(),
        logs: (pod: { name: string; from: Millis; to: Millis }) => [
          {
            container: mainContainer(orders.spec).name,
            lines: cut(scene, orders, {
              pod,
              stops,
              url: `http://${payments.name}:${port}/authorize`,
              address: `${clusterAddress(scene, payments)}:${port}`,
            }),
          },
        ],
      }));
      replacedPods(plan, payments, stops);
      for (const pod of realise(plan, orders).pods) {
        const burst = (time: Millis): number =>
          stops.some((stop) => time >= stop - 20 * SECOND && time <= stop + 50 * SECOND) ? 0.24 : 0.001;
        addMetrics(
          plan,
          traffic(scene, pod, { rate: steady(scene, `rate/${pod.name}`, 9), errors: burst, errorCode: '502' }),
        );
      }
      highErrorRate(plan, orders, { since: at - 4 * MINUTE, percent: 9 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
        category: ['abrupt-termination'],
        keywords: [['terminationGracePeriodSeconds', 'grace', 'preStop']],
        not: [
          { category: 'version-errors' },
          { category: 'network-loss' },
          { kind: 'Deployment', name: scene.cast.orders },
        ],
      }),
  },
};

function gracefully(spec: Workload['spec']): void {
  spec['terminationGracePeriodSeconds'] = 30;
  mainContainer(spec)['lifecycle'] = { preStop: { exec: { command: ['sleep', '10'] } } };
}

// Seconds after each stop, and silence between them.
function cut(
  scene: Scene,
  caller: Workload,
  view: { pod: { name: string; from: Millis; to: Millis }; stops: readonly Millis[]; url: string; address: string },
): string[] {
  const words = {
    go: [
      `Post "${view.url}": EOF`,
      `Post "${view.url}": read tcp 10.1.2.3:51992->${view.address}: read: connection reset by peer`,
    ],
    java: [
      `I/O error on POST request for "${view.url}": Unexpected end of file from server`,
      `I/O error on POST request for "${view.url}": Connection reset`,
    ],
    python: [
      `request to ${view.url} failed: ('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))`,
      `request to ${view.url} failed: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))`,
    ],
    node: [
      `request to ${view.url} failed, reason: socket hang up`,
      `request to ${view.url} failed, reason: read ECONNRESET`,
    ],
  }[runtimeOf(caller)];
  const bursts = view.stops.flatMap((stop) =>
    [2, 3, 5, 9].map((seconds, index) => ({
      every: 0,
      at: stop + seconds * SECOND,
      say: () => ({ level: 'error' as const, message: words[index % 2] ?? '', fields: { status: 502 } }),
    })),
  );
  return chatterLog(scene, {
    style: caller.logStyle,
    app: caller.name,
    pod: view.pod.name,
    from: Math.max(view.pod.from, scene.now - LOG_WINDOW),
    to: view.pod.to,
    chatter: [requestChatter(scene, view.pod.name, ['/api/items', '/api/items/recent']), ...bursts],
  });
}
