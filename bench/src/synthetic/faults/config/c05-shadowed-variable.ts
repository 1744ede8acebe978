import { configOf } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';
import { dyingWords, runtimeOf } from '../../kit/runtimes.ts';

/** C05: a variable is set twice, or set and taken from a ConfigMap; the one that wins is empty. */
export const fault: Fault = {
  code: 'C05-shadowed',
  name: 'environment variable shadowed',
  lookAlikes: ['C01', 'C03', 'P04'],
  scenario: {
    slug: 'synthetic-c05-shadowed',
    title: 'A release does not start although its variables are set',
    families: ['config'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const name = variableOf(scene);
      const twice = scene.random.chance('twice', 0.6);
      mainContainer(victim.spec).env?.push({ name, value: 'https://sso.example/realms/main' });
      if (!twice) mainContainer(victim.spec).envFrom = [{ configMapRef: { name: configOf(victim.name) } }];
      brokenRelease(plan, victim, {
        at: scene.around('rollout', 34),
        spec: (spec) => {
          const main = mainContainer(spec);
          if (twice) main.env = [...(main.env ?? []), { name, value: '' }];
          else main.env = (main.env ?? []).map((entry) => (entry.name === name ? { name, value: '' } : entry));
        },
        state: crashLooping({ exitCode: 1, ran: scene.random.int('ran', 1, 4), says: wordsOf(scene, victim, name) }),
        alert: 'crash',
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['env-missing'],
        keywords: [[variableOf(scene)]],
        not: [{ category: 'app-crash' }, { category: 'configmap-missing' }, { category: 'version-errors' }],
      }),
  },
};

function variableOf(scene: Scene): string {
  return scene.random.pick('variable', ['AUTH_ISSUER_URL', 'OIDC_ISSUER', 'IDENTITY_PROVIDER_URL']);
}

function wordsOf(scene: Scene, workload: Workload, name: string): string[] {
  const message = {
    go: scene.random.pick('go', [
      `required environment variable ${name} is empty`,
      `env: required environment variable "${name}" is not set`,
    ]),
    java: `java.lang.IllegalArgumentException: Could not resolve placeholder '${name}' in value "\${${name}}"`,
    python: scene.random.pick('python', [
      `pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\n${name}\n  Field required [type=missing, input_value={}, input_type=dict]`,
      `RuntimeError: environment variable ${name} must not be empty`,
    ]),
    node: `Error: Missing required environment variable: ${name}`,
  }[runtimeOf(workload)];
  const [first = '', ...more] = message.split('\n');
  return [...dyingWords(workload, { message: first }), ...more];
}
