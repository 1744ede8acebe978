import { MINUTE } from '@headwater/core/time.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import { alert, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import {
  addMetrics,
  containerLabels,
  counter,
  during,
  steady,
  traffic,
  usage,
} from '@headwater/testkit/world/metrics.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { realise, type RealPod } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { victimDeployment, victimOf } from '../../kit/release.ts';
import { formerSeries } from '../../kit/replaced.ts';
import { runtimeOf } from '../../kit/runtimes.ts';

interface Tuning {
  readonly name: string;
  readonly value: string;
}

/** C11: a tuning variable makes the runtime collect garbage, or print, instead of serving; the load is as it was. */
export const fault: Fault = {
  code: 'C11',
  name: 'debug, garbage collection or memory tuning variable',
  lookAlikes: ['U01', 'U02', 'D01'],
  scenario: {
    slug: 'synthetic-c11-tuning',
    title: 'All pods of a service are busy and slow since a small change',
    families: ['config', 'saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const at = scene.around('rollout', 27);
      const tuning = tuningOf(scene, victim);
      rollOut(victim, { at, spec: (spec) => setEnv(mainContainer(spec), tuning.name, tuning.value) });
      if (scene.repaired) rollBack(victim, scene.repairedAt);
      measure(plan, victim, at);
      if (scene.random.chance('latency', 0.7)) highLatency(plan, victim, { since: at, seconds: 2.6 });
      else throttling(plan, victim, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['config-changed'],
        keywords: [
          [
            'GOGC',
            'GOMEMLIMIT',
            'JAVA_TOOL_OPTIONS',
            'JAVA_OPTS',
            'NODE_OPTIONS',
            'PYTHONMALLOC',
            'LOG_LEVEL',
            'GODEBUG',
            'PYTHONDEVMODE',
          ],
        ],
        not: [{ category: 'traffic-surge' }, { category: 'node-cpu-saturated' }, { category: 'version-slow' }],
      }),
  },
};

function tuningOf(scene: Scene, workload: Workload): Tuning {
  const choices: Record<ReturnType<typeof runtimeOf>, readonly Tuning[]> = {
    go: [
      { name: 'GOGC', value: '2' },
      { name: 'GOMEMLIMIT', value: '24MiB' },
      { name: 'GODEBUG', value: 'gctrace=1,madvdontneed=1' },
    ],
    java: [
      { name: 'JAVA_TOOL_OPTIONS', value: '-Xmx48m -XX:+UseSerialGC' },
      { name: 'JAVA_OPTS', value: '-Xint -Xms32m -Xmx64m' },
    ],
    python: [
      { name: 'PYTHONMALLOC', value: 'debug' },
      { name: 'PYTHONDEVMODE', value: '1' },
    ],
    node: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=40' }],
  };
  return scene.random.pick('tuning', choices[runtimeOf(workload)]);
}

function measure(plan: Plan, workload: Workload, at: number): void {
  const { scene } = plan;
  const java = runtimeOf(workload) === 'java';
  const series = (pod: RealPod): Series[] => {
    const own = { job: workload.name, namespace: workload.namespace, pod: pod.name };
    const since = pod.frame.created;
    const labels = containerLabels(pod);
    const count = (name: string, of: Record<string, string>, rates: readonly [number, number]): Series =>
      counter(scene, name, of, {
        rate: during(scene, at, { normal: () => rates[0], faulty: () => rates[1] }),
        resets: [since],
      });
    const counted = [
      count('container_cpu_cfs_periods_total', labels, [10, 10]),
      count('container_cpu_cfs_throttled_periods_total', labels, [0.1, 4.1]),
      count(java ? 'jvm_gc_pause_seconds_sum' : 'go_gc_duration_seconds_sum', own, [0.004, 0.37]),
    ].map((one) => ({ ...one, samples: one.samples.filter(([time]) => time >= since) }));
    return [
      ...counted,
      ...usage(scene, pod, {
        cores: during(scene, at, { normal: steady(scene, 'cpu', 0.11), faulty: steady(scene, 'cpu', 0.47, 0.02) }),
        bytes: steady(scene, 'memory', 96e6),
      }),
      ...traffic(scene, pod, {
        rate: steady(scene, `rate/${pod.name}`, 12),
        seconds: during(scene, at, { normal: () => 0.04, faulty: () => 1.1 }),
      }),
    ];
  };
  addMetrics(plan, formerSeries(plan, workload, series), ...realise(plan, workload).pods.map(series));
}

function throttling(plan: Plan, workload: Workload, at: number): void {
  const [pod] = realise(plan, workload).pods;
  const container = mainContainer(workload.spec).name;
  alert(plan, {
    alertname: 'CPUThrottlingHigh',
    severity: 'info',
    labels: { container, namespace: workload.namespace, pod: pod?.name },
    summary: 'Processes experience elevated CPU throttling.',
    description: `41% throttling of CPU in namespace ${workload.namespace} for container ${container} in pod ${pod?.name} on cluster .`,
    at: at + 12 * MINUTE,
  });
}
