import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer, probe } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';
import { runtimeOf } from '../../kit/runtimes.ts';

/** P09: the kubelet gives up on the application before it has started; right port, wrong patience. */
export const fault: Fault = {
  code: 'P09',
  name: 'liveness probe too early or too strict',
  lookAlikes: ['P07', 'P08', 'U02'],
  scenario: {
    slug: 'synthetic-p09-liveness-early',
    title: 'A release never finishes its start',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const { initial, period, threshold } = patience(scene);
      brokenRelease(plan, victim, {
        at: scene.around('rollout', 29),
        spec: (spec) => {
          mainContainer(spec).livenessProbe = probe({
            httpGet: { path: '/healthz', port: app.port },
            initialDelaySeconds: initial,
            periodSeconds: period,
            failureThreshold: threshold,
          });
        },
        state: crashLooping({
          exitCode: runtimeOf(victim) === 'java' ? 143 : 137,
          ran: initial + period * threshold,
          liveness: `Get "http://{ip}:${app.port}/healthz": dial tcp {ip}:${app.port}: connect: connection refused`,
          says: startUp(victim),
        }),
        alert: 'crash',
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['probe-misconfigured'],
        keywords: [['liveness'], ['before', 'initialDelaySeconds', 'too early', 'startupProbe', 'still starting']],
        not: [{ category: 'app-crash' }, { category: 'oom-killed' }, { category: 'dependency-failing' }],
      }),
  },
};

function patience(scene: Scene): { initial: number; period: number; threshold: number } {
  return scene.random.pick('patience', [
    { initial: 3, period: 5, threshold: 3 },
    { initial: 5, period: 3, threshold: 3 },
    { initial: 10, period: 5, threshold: 1 },
    { initial: 2, period: 2, threshold: 5 },
  ]);
}

// A start that takes longer than the kubelet waits: nothing listens yet when the signal comes.
function startUp(workload: Workload): string[] {
  const { name } = workload;
  switch (runtimeOf(workload)) {
    case 'java':
      return [
        `{time}  INFO 1 --- [${name}] [           main] c.e.Application : Starting Application using Java 21.0.6 with PID 1`,
        `{time}  INFO 1 --- [${name}] [           main] .s.d.r.c.RepositoryConfigurationDelegate : Bootstrapping Spring Data JPA repositories in DEFAULT mode.`,
        `{time}  INFO 1 --- [${name}] [           main] o.hibernate.jpa.internal.util.LogHelper : HHH000204: Processing PersistenceUnitInfo [name: default]`,
      ];
    case 'python':
      return [
        `{time} INFO [${name}] loading model weights`,
        `{time} INFO [${name}] model 38% loaded`,
        `{time} INFO [${name}] model 71% loaded`,
      ];
    case 'node':
      return [
        `{"level":30,"time":"{time}","pid":1,"msg":"compiling templates"}`,
        `{"level":30,"time":"{time}","pid":1,"msg":"compiled 214 of 903 templates"}`,
      ];
    case 'go':
      return [
        `{"level":"info","ts":"{time}","logger":"${name}","msg":"starting"}`,
        `{"level":"info","ts":"{time}","logger":"${name}","msg":"replaying journal","segments":412}`,
        `{"level":"info","ts":"{time}","logger":"${name}","msg":"replayed 96 of 412 segments"}`,
      ];
  }
}
