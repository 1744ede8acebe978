import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { Layer } from '../../finding.ts';

/** A service of a Node or of the control plane as telemetry names it. */
export interface NodeService {
  readonly id: string;
  readonly words: string;
  readonly category: Extract<
    Category,
    'kubelet-down' | 'container-runtime-down' | 'kube-proxy-down' | 'scheduler-down' | 'controller-manager-down'
  >;
  readonly layer: Layer;
  readonly effect: string;
  readonly unit: RegExp;
  readonly job: RegExp;
  readonly alert: RegExp;
}

export const SERVICES: readonly NodeService[] = [
  {
    id: 'kubelet',
    words: 'kubelet',
    category: 'kubelet-down',
    layer: 'node',
    effect: 'its Pods are no longer managed or reported',
    unit: /^(?:snap\.)?kubelet(?:-\w+|\.daemon)?\.service$/,
    job: /(?:^|[/-])kubelet$/,
    alert: /^Kubelet(?:Down|InstanceUnreachable)$/,
  },
  {
    id: 'container-runtime',
    words: 'container runtime',
    category: 'container-runtime-down',
    layer: 'node',
    effect: 'no container can be started there',
    unit: /^(?:containerd|crio|cri-o|docker|cri-docker|k3s|rke2-\w+)\.service$/,
    job: /(?:^|[/-])(?:containerd|crio|cri-o|docker)$/,
    alert: /^(?:Containerd|ContainerRuntime|Crio|Docker)\w*(?:Down|Unhealthy|Unavailable)$|^KubeletPlegDurationHigh$/,
  },
  {
    id: 'kube-proxy',
    words: 'kube-proxy',
    category: 'kube-proxy-down',
    layer: 'node',
    effect: 'Services cannot be reached by their addresses from there',
    unit: /^kube-proxy\.service$/,
    job: /(?:^|[/-])kube-proxy$/,
    alert: /^KubeProxy(?:Down|InstanceUnreachable)$/,
  },
  {
    id: 'kube-scheduler',
    words: 'kube-scheduler',
    category: 'scheduler-down',
    layer: 'control-plane',
    effect: 'new Pods are neither placed nor refused',
    unit: /^kube-scheduler\.service$/,
    job: /(?:^|[/-])(?:kube-)?scheduler$/,
    alert: /^KubeScheduler(?:Down|InstanceUnreachable)$/,
  },
  {
    id: 'kube-controller-manager',
    words: 'kube-controller-manager',
    category: 'controller-manager-down',
    layer: 'control-plane',
    effect: 'edited workloads, endpoints and Jobs are not acted upon',
    unit: /^kube-controller-manager\.service$/,
    job: /(?:^|[/-])(?:kube-)?controller-manager$/,
    alert: /^KubeControllerManager(?:Down|InstanceUnreachable)$/,
  },
];
