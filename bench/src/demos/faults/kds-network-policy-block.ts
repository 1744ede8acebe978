import { causeIs } from '../../../../recordings/expect.ts';
import { demo, everyPod, fire, part } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { notReady } from '@headwater/testkit/world/pod-states/running.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A new NetworkPolicy admits nothing; the Pod whose readiness asks another service is not ready any more. */
export const fault: Fault = {
  code: 'KDS-network-policy-block',
  name: 'a policy denies all ingress',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-network-policy-block',
    title: 'A Deployment lacks a ready replica',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-netpol');
      const namespace = 'demo-netpol';
      const at = scene.around('inject', 9);
      const web = part(plan, namespace, 'web-frontend', {
        image: 'nginx:1.27-alpine',
        port: 8080,
        replicas: 2,
        memory: ['32Mi', '64Mi'],
        probes: '/',
      });
      const gen = part(plan, namespace, 'traffic-gen', {
        image: 'curlimages/curl:8.8.0',
        command: [
          'sh',
          '-c',
          'while true; do curl -s --max-time 3 http://web-frontend:8080/ > /dev/null; sleep 2; done',
        ],
        readiness: {
          exec: { command: ['curl', '-sf', '--max-time', '3', 'http://web-frontend:8080/'] },
          periodSeconds: 5,
          timeoutSeconds: 5,
        },
      });
      const policy = (name: string, created: number, spec: Record<string, unknown>): void => {
        plan.objects.push(
          object(scene, { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace, name }, made(created), {
            spec,
          }),
        );
      };
      policy('allow-web-traffic', web.created, {
        ingress: [{ ports: [{ port: 8080, protocol: 'TCP' }] }],
        podSelector: { matchLabels: { app: 'web-frontend' } },
        policyTypes: ['Ingress'],
      });
      plan.objects.pop();
      policy('deny-all-ingress', at, { podSelector: {}, policyTypes: ['Ingress'] });
      everyPod(
        gen,
        notReady({
          since: at + 10 * SECOND,
          probe: 'command timed out: "curl -sf --max-time 3 http://web-frontend:8080/" timed out after 5s',
        }),
      );
      gen.progress = 'complete';
      fire(plan, {
        alertname: 'KubeDeploymentReplicasMismatch',
        severity: 'critical',
        labels: { deployment: 'traffic-gen', job: 'kube-state-metrics', namespace },
        summary: 'Deployment traffic-gen in namespace demo-netpol has unavailable replicas.',
        description:
          'The deployment has had unavailable replicas for more than 3 minutes. This may indicate network connectivity issues, such as a NetworkPolicy blocking traffic.',
        at: at + 3 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'NetworkPolicy', namespace: 'demo-netpol', name: 'deny-all-ingress' }],
        category: ['network-policy-ingress'],
        keywords: [['deny-all-ingress']],
      }),
  },
};
