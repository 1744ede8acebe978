import { causeIs } from '../../../../recordings/expect.ts';
import { editConfigMap } from '../../synthetic/kit/config-edits.ts';
import { demo, fireCrashLoop, part, patch } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** Argo CD syncs a commit that adds an unknown directive to a ConfigMap and restarts the pods. */
export const fault: Fault = {
  code: 'KDS-gitops-drift',
  name: 'a bad commit reaches the cluster',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-gitops-drift',
    title: 'A frontend crash-loops after a sync',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-webui');
      const namespace = 'demo-webui';
      const at = scene.around('inject', 12);
      const web = part(plan, namespace, 'web-frontend', {
        image: 'quay.io/kubernaut-cicd/demo-http-server:1.0.0',
        port: 8080,
        probes: '/healthz',
        env: { CONFIG_PATH: '/etc/demo-http-server/config.yaml' },
        mounts: { config: '/etc/demo-http-server/config.yaml' },
        memory: ['32Mi', '64Mi'],
        cpu: ['10m', '50m'],
        manager: 'argocd-controller',
        spec: { volumes: [{ name: 'config', configMap: { defaultMode: 420, name: 'app-config' } }] },
      });
      web.annotations['argocd.argoproj.io/tracking-id'] = 'web-frontend:apps/Deployment:demo-webui/web-frontend';
      const config = (more: string): Record<string, string> => ({
        'config.yaml': `port: 8080\n${more}routes:\n  - path: /\n    status: 200\n    body: 'healthy'\n  - path: /healthz\n    status: 200\n    body: 'ok'\n`,
      });
      editConfigMap(plan, {
        namespace,
        name: 'app-config',
        good: config(''),
        bad: config('invalid_directive: true\n'),
        at: at - SECOND,
        manager: 'argocd-controller',
        owner: 'argocd-controller',
        labels: { app: 'web-frontend' },
        annotations: { 'argocd.argoproj.io/tracking-id': 'web-frontend:/ConfigMap:demo-webui/app-config' },
        watched: false,
      });
      patch(web, {
        at,
        manager: 'argocd-controller',
        annotations: { 'kubectl.kubernetes.io/restartedAt': stamp(at) },
        spec: () => undefined,
        state: crashLooping({
          exitCode: 1,
          ran: 1,
          says: [
            'demo-http-server: loading /etc/demo-http-server/config.yaml',
            '[emerg] unknown directive "invalid_directive" in /etc/demo-http-server/config.yaml',
          ],
        }),
      });
      fireCrashLoop(plan, web, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'ConfigMap', namespace: 'demo-webui', name: 'app-config' },
          { kind: 'Deployment', namespace: 'demo-webui', name: 'web-frontend' },
        ],
        category: ['config-malformed', 'config-changed'],
        keywords: [['invalid_directive', 'unknown directive']],
      }),
  },
};
