import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { frontendIngress } from '@headwater/testkit/world/bystanders.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, counter, during, gauge } from '@headwater/testkit/world/metrics.ts';
import { addNamespace } from '@headwater/testkit/world/objects.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

interface Provider {
  readonly name: string;
  readonly error: string;
  readonly mark: string;
}

function providerOf(scene: Scene): Provider {
  const { domain } = scene.cast;
  return scene.random.pick('dns-provider', [
    {
      name: 'aws',
      error: `Failed to do run once: soft error\nrecords retrieval failed: failed to list hosted zones: operation error Route 53: ListHostedZones, https response error StatusCode: 403, RequestID: 6a1c, api error AccessDenied: User: arn:aws:sts::123456789012:assumed-role/external-dns is not authorized to perform: route53:ListHostedZones`,
      mark: 'ListHostedZones',
    },
    {
      name: 'aws',
      error: `Failed to submit all changes for the following zones: [/hostedzone/Z0123456789${domain.length}]: InvalidChangeBatch: [Tried to create resource record set [name='www.${domain}.', type='CNAME'] but it already exists]`,
      mark: 'InvalidChangeBatch',
    },
    {
      name: 'google',
      error: `Failed to do run once: soft error\ngoogleapi: Error 403: The request is missing a valid API key., forbidden`,
      mark: 'Failed to do run once',
    },
    {
      name: 'cloudflare',
      error: `Failed to do run once: soft error\nfailed to list zones: HTTP status 403: Invalid access token (9109)`,
      mark: 'list zones',
    },
  ]);
}

/** The controller that writes public DNS records is refused by the provider; a new host is known to nobody outside. */
export const fault: Fault = {
  code: 'V10-dns',
  name: 'public DNS records are not written',
  lookAlikes: ['V09', 'L01', 'X02'],
  scenario: {
    slug: 'v10-dns-records',
    title: 'A public name does not resolve, everything inside is fine',
    families: ['ingress', 'dns'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['ingress'] });
      const at = scene.around('refused', 29);
      const namespace = scene.random.pick('dns-namespace', ['external-dns', 'dns-public', 'edge']);
      const { name, error } = providerOf(scene);
      addNamespace(plan, namespace, { days: 150 });
      const main = container('external-dns', {
        image: 'registry.k8s.io/external-dns/external-dns:v0.15.1',
        args: ['--source=ingress', `--domain-filter=${scene.cast.domain}`, `--provider=${name}`, '--registry=txt'],
        requests: { cpu: '20m', memory: '50Mi' },
      });
      const controller = addWorkload(plan, namespace, 'external-dns', { spec: podSpec([main]), logs: 'logfmt' });
      complaining(plan, controller, {
        complaints: [{ since: at, every: 60, say: () => ({ level: 'error', message: error }) }],
      });
      const pod = realise(plan, controller).pods[0];
      if (pod) {
        const labels = { job: 'external-dns', namespace, pod: pod.name };
        const synced = during(scene, at, {
          normal: (time) => (time - 20_000) / SECOND,
          faulty: () => (at - 20_000) / SECOND,
        });
        const last = gauge(scene, 'external_dns_controller_last_sync_timestamp_seconds', labels, synced);
        // Five digits would make a step of a day of a Unix time.
        const exact = last.samples.map(([time]) => [time, Math.round(synced(time))] as const);
        const errors = during(scene, at, { normal: () => 0, faulty: () => 1 / 60 });
        addMetrics(
          plan,
          { ...last, samples: exact },
          counter(scene, 'external_dns_registry_errors_total', labels, { rate: errors }),
        );
      }
      const index = plan.objects.findIndex(({ kind }) => kind === 'Ingress');
      plan.objects[index] = frontendIngress(plan, app, { at: at - MINUTE, manager: scene.cast.manager });
      const host = `www.${scene.cast.domain}`;
      alert(plan, {
        alertname: 'ProbeFailed',
        severity: 'critical',
        labels: { instance: `https://${host}/`, job: 'blackbox', namespace: 'monitoring' },
        summary: 'A public page does not answer.',
        description: `https://${host}/ cannot be resolved.`,
        at: at + 5 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          {
            kind: 'Deployment',
            namespace: scene.random.pick('dns-namespace', ['external-dns', 'dns-public', 'edge']),
            name: 'external-dns',
          },
        ],
        category: ['load-balancer-external'],
        keywords: [[providerOf(scene).mark, providerOf(scene).name]],
        not: [
          { category: 'dns-down' },
          { category: 'ingress-controller-down' },
          { category: 'ingress-backend-missing' },
          { kind: 'Ingress' },
        ],
      }),
  },
};
