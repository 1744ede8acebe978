import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { targetPortEdited } from './kit/faults.ts';

/** The exporter of traces has nobody to send to and says so three times as often as the calls that really fail. */
export const scenario: HardScenario = {
  slug: 'herring-telemetry-noise',
  title: 'Requests fail; the log is mostly about a collector that is not there',
  theme: 'red-herring',
  families: ['hard', 'service'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'], decoy: false });
    const { orders, payments, port } = app;
    const at = scene.around('edit', 22);
    setEnv(mainContainer(orders.spec), 'OTEL_EXPORTER_OTLP_ENDPOINT', 'http://otel-collector.observability.svc:4317');
    targetPortEdited(plan, payments, { at, port: port + 300 });
    const error = `dial tcp ${clusterAddress(scene, payments)}:${port}: connect: connection refused`;
    complaining(plan, orders, {
      complaints: [
        {
          since: scene.before(300),
          every: 14,
          say: () => ({
            level: 'error',
            message:
              'traces export: exporter export timeout: rpc error: code = Unavailable desc = name resolver error: produced zero addresses',
          }),
        },
        {
          since: at + 3_000,
          every: 40,
          say: failedCall({ to: payments.name, url: `http://${payments.name}:${port}/authorize`, error }),
        },
      ],
    });
    highErrorRate(plan, orders, { since: at, percent: 38 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.payments }],
      category: ['target-port-wrong'],
      not: [{ category: 'dns-name-wrong' }, { category: 'service-missing' }],
    }),
};
