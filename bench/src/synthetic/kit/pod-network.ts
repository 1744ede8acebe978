import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';

export interface NetworkConfig {
  readonly name: string;
  readonly data: Record<string, string>;
  /** The key that holds the MTU. */
  readonly key: string;
}

/** Where each plug-in keeps the MTU it gives to pods. */
export function networkConfig(plan: Plan, mtu: number): NetworkConfig {
  const { cni, podNetwork } = plan.scene.cluster;
  switch (cni) {
    case 'calico':
      return { name: 'calico-config', data: { calico_backend: 'bird', veth_mtu: String(mtu) }, key: 'veth_mtu' };
    case 'cilium':
      return {
        name: 'cilium-config',
        data: { 'enable-ipv4': 'true', mtu: String(mtu), 'tunnel-protocol': 'vxlan' },
        key: 'mtu',
      };
    case 'flannel':
      return {
        name: 'kube-flannel-cfg',
        data: {
          'net-conf.json': `{\n  "Network": "${podNetwork}.0.0/16",\n  "Backend": {\n    "Type": "vxlan",\n    "MTU": ${mtu}\n  }\n}\n`,
        },
        key: 'net-conf.json',
      };
  }
}

/** Gives the network agent the configuration its manifest names. */
export function configureAgent(agent: Workload, { key, name }: NetworkConfig): void {
  const main = mainContainer(agent.spec);
  if (key === 'veth_mtu') {
    setEnv(main, 'FELIX_IPINIPMTU', { configMapKeyRef: { key, name } });
    return;
  }
  agent.spec.volumes = [
    ...(agent.spec.volumes ?? []),
    { name: 'network-config', configMap: { defaultMode: 420, name } },
  ];
  main.volumeMounts = [
    ...(main.volumeMounts ?? []),
    { mountPath: '/etc/network-config', name: 'network-config', readOnly: true },
  ];
}
