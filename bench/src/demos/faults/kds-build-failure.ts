import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { edited } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The BuildConfig points at a repository that does not exist; the newest Build failed to fetch it. */
export const fault: Fault = {
  code: 'KDS-build-failure',
  name: "a build's Git address is wrong",
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-build-failure',
    title: 'Builds of one application fail',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-build');
      const namespace = 'demo-build';
      const at = scene.around('inject', 9);
      const git = { ref: 'master', uri: 'https://github.com/sclorg/httpd-ex-does-not-exist.git' };
      const config = object(
        scene,
        { apiVersion: 'build.openshift.io/v1', kind: 'BuildConfig', namespace, name: 'httpd-example' },
        edited(daysBefore(scene, 1), { at, manager: 'oc', wrote: { spec: { source: 1 } } }),
        {
          spec: {
            output: { to: { kind: 'ImageStreamTag', name: 'httpd-example:latest' } },
            source: { git, type: 'Git' },
            strategy: {
              sourceStrategy: { from: { kind: 'ImageStreamTag', name: 'httpd:2.4-ubi9', namespace: 'openshift' } },
              type: 'Source',
            },
          },
          status: { lastVersion: 2 },
        },
      );
      const build = (
        number: number,
        created: number,
        status: Record<string, unknown>,
        source: Record<string, unknown>,
      ): void => {
        plan.objects.push(
          object(
            scene,
            { apiVersion: 'build.openshift.io/v1', kind: 'Build', namespace, name: `httpd-example-${number}` },
            { created, owner: config, labels: { buildconfig: 'httpd-example' } },
            { spec: { source: { git: source, type: 'Git' } }, status },
          ),
        );
      };
      plan.objects.push(config);
      build(
        1,
        daysBefore(scene, 1),
        { phase: 'Complete' },
        { ref: 'master', uri: 'https://github.com/sclorg/httpd-ex.git' },
      );
      build(
        2,
        at + 2 * SECOND,
        {
          phase: 'Failed',
          reason: 'FetchSourceFailed',
          message: 'Failed to fetch the input source.',
          logSnippet: `Cloning "${git.uri}" ...\nerror: fatal: repository '${git.uri}/' not found`,
          startTimestamp: stamp(at + 5 * SECOND),
          completionTimestamp: stamp(at + 20 * SECOND),
        },
        git,
      );
      fire(plan, {
        alertname: 'BuildFailureRate',
        severity: 'high',
        labels: { buildconfig: 'httpd-example', namespace, target_kind: 'BuildConfig', target_name: 'httpd-example' },
        summary: 'BuildConfig httpd-example in namespace demo-build has failing builds with no successful completions.',
        description:
          'The BuildConfig httpd-example in namespace demo-build is producing failed builds. The remediation target is BuildConfig/httpd-example in namespace demo-build. Check the latest Build resource status and build pod logs. Common causes include broken Git source references (wrong URL or branch), missing source secrets, or invalid builder image tags.',
        at: at + MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'BuildConfig', namespace: 'demo-build', name: 'httpd-example' },
          { kind: 'Build', namespace: 'demo-build', name: 'httpd-example-2' },
        ],
        category: ['gitops-failure', 'object-invalid'],
        keywords: [['httpd-ex-does-not-exist']],
      }),
  },
};
