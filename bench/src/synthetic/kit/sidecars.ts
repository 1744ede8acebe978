import type { Scene } from '@headwater/testkit/world/scene.ts';

/** A container that serves another and never ends by itself. */
export interface Sidecar {
  readonly name: string;
  readonly image: string;
  readonly says: readonly string[];
}

/** The sidecar of a seed. */
export function sidecarOf(scene: Scene): Sidecar {
  return scene.random.pick('sidecar', [
    {
      name: 'cloud-sql-proxy',
      image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1',
      says: ['{time} The proxy has started successfully and is ready for new connections!'],
    },
    { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.24.2', says: ['{time}\tinfo\tEnvoy proxy is ready'] },
    {
      name: 'vault-agent',
      image: 'docker.io/hashicorp/vault:1.18.2',
      says: [
        '{time} [INFO]  agent.template.server: starting template server',
        '{time} [INFO]  agent.auth.handler: renewed auth token',
      ],
    },
    {
      name: 'fluent-bit',
      image: 'docker.io/fluent/fluent-bit:3.2.2',
      says: ['[{time}] [ info] [sp] stream processor started'],
    },
    {
      name: 'linkerd-proxy',
      image: 'cr.l5d.io/linkerd/proxy:edge-25.1.1',
      says: ['[     0.004] INFO ThreadId(01) linkerd2_proxy: release'],
    },
  ]);
}
