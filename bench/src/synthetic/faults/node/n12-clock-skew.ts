import { HOUR, MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { type Runtime, runtimeOf } from '../../kit/runtimes.ts';
import { during, ramp, steady } from '@headwater/testkit/world/metrics.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { hostGauge, placeOn, workersOf } from '../../kit/nodes.ts';

type Words = (view: { host: string; now: number; notBefore: number }) => string;

const NOT_YET: Readonly<Record<Runtime, Words>> = {
  go: ({ host, now, notBefore }) =>
    `Get "https://${host}/api": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time ${stamp(now)} is before ${stamp(notBefore)}`,
  java: ({ notBefore }) =>
    `PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed; nested exception is java.security.cert.CertificateNotYetValidException: NotBefore: ${new Date(notBefore).toUTCString()}`,
  python: () =>
    '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid (_ssl.c:1000)',
  node: ({ host }) => `request to https://${host}/api failed, reason: certificate is not yet valid`,
};

/** N12: time synchronisation stopped on one node and its clock runs behind; new certificates and tokens lie in its future. */
export const fault: Fault = {
  code: 'N12',
  name: 'clock skew on a node',
  lookAlikes: ['X01', 'R04'],
  scenario: {
    slug: 'n12-clock-skew',
    title: 'Some replicas reject certificates and tokens that others accept',
    families: ['node'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { bad, good, workers } = workersOf(plan);
      const { random } = scene;
      const at = scene.around('skew', 28);
      const behind = random.int('behind', 7 * 60, 22 * 60);
      const host = app.catalog.name;
      const rotated = at + 3 * MINUTE;
      const certificate = {
        since: rotated,
        every: 45,
        say: (time: number) => ({
          level: 'error' as const,
          message: NOT_YET[runtimeOf(app.orders)]({ host, now: time - behind * SECOND, notBefore: time - 60 * SECOND }),
        }),
      };
      const token = {
        since: rotated,
        every: 75,
        say: () => ({
          level: 'warn' as const,
          message: random.pick('token', [
            'token rejected: token used before issued',
            'invalid token: jwt not active',
            'invalid JWT: The token is not yet valid (iat)',
          ]),
          fields: { status: 401 },
        }),
      };
      placeOn(plan, app.orders, [{ node: bad, complaints: [certificate, token] }, { node: good }]);
      for (const node of workers) {
        const drift = ramp(at - 12 * HOUR, at, [0.01, behind]);
        const fine = steady(scene, `offset/${node.name}`, 0.0004, 0.5);
        hostGauge(plan, node, {
          name: 'node_timex_offset_seconds',
          value: during(scene, scene.before(400), {
            normal: fine,
            faulty: (time) => (node === bad ? -drift(time) : fine(time)),
          }),
        });
        hostGauge(plan, node, {
          name: 'node_timex_sync_status',
          value: during(scene, scene.before(400), { normal: () => 1, faulty: () => (node === bad ? 0 : 1) }),
        });
        hostGauge(plan, node, {
          name: 'node_timex_maxerror_seconds',
          value: during(scene, scene.before(400), { normal: () => 0.02, faulty: () => (node === bad ? 16 : 0.02) }),
        });
      }
      highErrorRate(plan, app.orders, { since: rotated, percent: 48 });
      if (random.chance('node-alert', 0.7))
        alert(plan, {
          alertname: random.pick('alert', ['NodeClockSkewDetected', 'NodeClockNotSynchronising']),
          severity: 'warning',
          labels: { instance: bad.name, job: 'node-exporter', node: bad.name },
          summary: 'Clock skew detected.',
          description: `Clock at ${bad.name} is out of sync by more than 0.05s. Ensure NTP is configured correctly on this host.`,
          at: at - 3 * MINUTE,
        });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }],
        category: ['clock-skew'],
        keywords: [['clock', 'out of sync', 'synchron']],
        not: [{ kind: 'Deployment' }, { category: 'certificate-expired' }, { category: 'certificate-untrusted' }],
      }),
  },
};
