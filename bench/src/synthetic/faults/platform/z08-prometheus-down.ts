import { MINUTE } from '@headwater/core/time.ts';
import { alert, statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { addService } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

/** Z08: Prometheus does not start; nobody would be told of anything, but a dead man's switch outside tells of the silence. */
export const fault: Fault = {
  code: 'Z08-prometheus',
  name: 'Prometheus down',
  lookAlikes: ['T05', 'P04'],
  scenario: {
    slug: 'z08-prometheus',
    title: 'The alert that always fires has stopped',
    families: ['monitoring'],
    build(scene) {
      const { plan } = basePlan(scene, { needs: ['monitoring'], decoy: false });
      const at = scene.around('down', 28);
      const prometheus = addWorkload(plan, 'monitoring', 'prometheus-k8s', {
        kind: 'StatefulSet',
        labels: { 'app.kubernetes.io/name': 'prometheus', 'app.kubernetes.io/instance': 'k8s' },
        days: 50,
        spec: podSpec([
          container('prometheus', {
            image: 'quay.io/prometheus/prometheus:v3.4.1',
            port: 9090,
            portName: 'web',
            args: [
              '--config.file=/etc/prometheus/config_out/prometheus.env.yaml',
              '--storage.tsdb.path=/prometheus',
              '--storage.tsdb.retention.time=15d',
            ],
            requests: { memory: '400Mi' },
          }),
        ]),
      });
      addService(plan, prometheus, { port: 9090, name: 'web', headless: true });
      const death = scene.random.pick('death', [
        'time={time} level=ERROR source=main.go:1275 msg="Error loading config (--config.file=/etc/prometheus/config_out/prometheus.env.yaml)" err="parsing YAML file /etc/prometheus/config_out/prometheus.env.yaml: yaml: unmarshal errors:\\n  line 212: field relabel_config not found in type config.ScrapeConfig"',
        'time={time} level=ERROR source=main.go:1219 msg="Fatal error" err="opening storage failed: open /prometheus/wal/00004127: no space left on device"',
        'time={time} level=ERROR source=main.go:1219 msg="Fatal error" err="opening storage failed: lock DB directory: resource temporarily unavailable"',
      ]);
      const says = [
        'time={time} level=INFO source=main.go:683 msg="Starting Prometheus Server" mode=server version="(version=3.4.1, branch=HEAD)"',
        death,
      ];
      prometheus.pods = [
        {
          revision: 'current',
          state: scene.repaired ? running() : crashLooping({ exitCode: 1, ran: 2, since: at, says }),
          ...(scene.repaired ? { created: scene.repairedAt } : {}),
        },
      ];
      if (scene.repaired) return plan;
      alert(plan, {
        alertname: scene.random.pick('switch', ['DeadMansSwitch', 'WatchdogMissing', 'PrometheusNotIngestingSamples']),
        severity: 'critical',
        labels: { namespace: 'monitoring', job: 'prometheus-k8s' },
        summary: 'The heartbeat of the monitoring has stopped.',
        description:
          'No Watchdog alert has arrived from the cluster for 10 minutes: Prometheus or Alertmanager does not work.',
        at: at + 10 * MINUTE,
      });
      if (scene.random.chance('second-prometheus', 0.3)) statefulSetReplicasMismatch(plan, prometheus, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'StatefulSet', namespace: 'monitoring', name: 'prometheus-k8s' }],
        category: ['monitoring-broken', 'volume-full', 'config-malformed', 'app-crash'],
        keywords: [
          ['prometheus'],
          ['relabel_config', 'no space left', 'lock DB', 'resource temporarily unavailable', 'crash', 'exit'],
        ],
        not: [{ kind: 'Node' }, { category: 'not-an-incident' }],
      }),
  },
};
