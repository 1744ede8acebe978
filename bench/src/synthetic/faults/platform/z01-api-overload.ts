import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, counter, during, gauge, steady } from '@headwater/testkit/world/metrics.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { clientRequests } from '../../kit/client-requests.ts';
import { apiErrorBudget, apiServerLabels } from '../../kit/control-plane.ts';

/** Z01: a controller lists everything in a tight loop; the API server sheds the requests of all service accounts. */
export const fault: Fault = {
  code: 'Z01',
  name: 'API server overload',
  lookAlikes: ['Z02', 'W03'],
  scenario: {
    slug: 'z01-api-overload',
    title: 'Controllers are told that there are too many requests',
    families: ['control-plane'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { decoy: false });
      const { other } = bystanders;
      const at = scene.around('loop', 23);
      rollOut(other, {
        at,
        spec: (spec) => {
          mainContainer(spec).args = ['--resync-period=0s', '--workers=64'];
        },
      });
      if (scene.repaired) rollBack(other, scene.repairedAt);
      const refused = scene.random.pick('words', [
        'the server has received too many requests and has asked us to try again later (get pods)',
        'client rate limiter Wait returned an error: context deadline exceeded; the server was unable to return a response in the time allotted',
      ]);
      complaining(plan, app.extra, {
        complaints: [
          {
            since: at + 2 * MINUTE,
            every: 45,
            say: () => ({ level: 'error', message: `cannot refresh configuration: ${refused}` }),
          },
        ],
      });
      complaining(plan, other, {
        complaints: [
          {
            since: at + 40 * SECOND,
            every: 25,
            say: () => ({
              level: 'warn',
              message:
                'reconcile failed, requeuing: the server has received too many requests and has asked us to try again later (get pods)',
            }),
          },
        ],
      });
      server(plan, at);
      clientRequests(plan, other, { at, rates: [210, 480] });
      clientRequests(plan, app.extra, { at, rates: [0.8, 0.4] });
      apiErrorBudget(plan, at + 6 * MINUTE);
      if (scene.random.chance('terminated', 0.6))
        alert(plan, {
          alertname: 'KubeAPITerminatedRequests',
          severity: 'warning',
          labels: {},
          summary: 'The kubernetes apiserver has terminated 31% of its incoming requests.',
          description: 'The kubernetes apiserver has terminated 31% of its incoming requests on cluster .',
          at: at + 8 * MINUTE,
        });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: scene.cast.otherNamespace, name: scene.cast.otherApp },
          { kind: 'Pod', namespace: 'kube-system', name: 'kube-apiserver*' },
          { kind: 'Service', namespace: 'default', name: 'kubernetes' },
          { kind: 'Component', name: 'kube-apiserver' },
        ],
        category: ['api-server-overload'],
        keywords: [['too many requests', '429', 'rejected'], [scene.cast.otherApp]],
        not: [{ category: 'etcd-degraded' }, { kind: 'Deployment', namespace: scene.cast.namespace }],
      }),
  },
};

function server(plan: Plan, at: number): void {
  const { scene } = plan;
  const labels = apiServerLabels(plan);
  const level = (key: string, normal: number, faulty: number) =>
    during(scene, at, { normal: steady(scene, key, normal), faulty: steady(scene, `${key}+`, faulty) });
  addMetrics(
    plan,
    counter(
      scene,
      'apiserver_flowcontrol_rejected_requests_total',
      { ...labels, flow_schema: 'service-accounts', priority_level: 'workload-low', reason: 'queue-full' },
      { rate: level('rejected', 0, 470) },
    ),
    counter(
      scene,
      'apiserver_request_total',
      { ...labels, code: '200', resource: 'pods', verb: 'LIST' },
      { rate: level('ok', 6, 230) },
    ),
    counter(
      scene,
      'apiserver_request_total',
      { ...labels, code: '429', resource: 'pods', verb: 'LIST' },
      { rate: level('429', 0, 470) },
    ),
    counter(
      scene,
      'apiserver_request_terminations_total',
      { ...labels, code: '429', component: 'apiserver' },
      { rate: level('terminated', 0, 12) },
    ),
    gauge(
      scene,
      'apiserver_current_inflight_requests',
      { ...labels, request_kind: 'readOnly' },
      level('inflight', 9, 398),
    ),
  );
}
