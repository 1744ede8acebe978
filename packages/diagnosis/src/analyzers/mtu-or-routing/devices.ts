import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** A device of the Pod network that takes larger packets than the Node's own card carries. */
export interface WideDevice {
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

const CARD = /^(?:eth|ens|eno|enp|em|bond)\d/;
const OVERLAY = /^(?:tunl|vxlan|cilium_|flannel|geneve|wireguard|cali|veth|lxc|cni)/;

/** The widest such device; null when every packet of the Pod network fits its Node's card. */
export function tooWideDevice(snapshot: Snapshot): WideDevice | null {
  const series = snapshot.metrics.find('node_network_mtu_bytes', {});
  const byNode = Map.groupBy(series, ({ labels }) => labels['instance'] ?? labels['node'] ?? '');
  for (const devices of byNode.values()) {
    const read = devices.map((one) => ({ one, device: one.labels['device'] ?? '', mtu: one.samples.at(-1)?.[1] ?? 0 }));
    const card = read.filter(({ device }) => CARD.test(device)).sort((left, right) => right.mtu - left.mtu)[0];
    const wide = read.find(({ device, mtu }) => card && OVERLAY.test(device) && mtu > card.mtu);
    if (card && wide)
      return {
        words: `\`${wide.device}\` is ${wide.mtu}, that of \`${card.device}\` is ${card.mtu}`,
        evidence: [citeSeries(wide.one), citeSeries(card.one)],
      };
  }
  return null;
}
