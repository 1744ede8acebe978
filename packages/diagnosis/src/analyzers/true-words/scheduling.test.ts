import { testTrueTexts, type TrueText } from '@headwater/testkit/true-words.ts';
import { type Fields, unscheduled } from '@headwater/testkit/true-worlds.ts';

const text = (
  ...[code, from, category, message, spec = {}]: [string, string, TrueText['category'], string, Fields?]
): TrueText => ({
  code,
  from,
  category,
  subject: 'Deployment/shop/web',
  world: unscheduled(message, spec),
});

const requests = (resources: Fields): Fields => ({
  containers: [
    { name: 'web', image: 'registry.example.com/web:1', resources: { requests: resources, limits: resources } },
  ],
});

const hostPort = { containers: [{ name: 'web', image: 'x', ports: [{ containerPort: 80, hostPort: 80 }] }] };

const nodeAffinity = {
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'dedicated', operator: 'In', values: ['api-test'] }] }],
      },
    },
  },
};

const podAntiAffinity = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
};

const spread = {
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'rack',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
    },
  ],
};

testTrueTexts('scheduling', [
  text(
    'S01',
    'kubernetes/kubernetes#140180',
    'insufficient-cpu',
    '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Insufficient cpu.',
    requests({ cpu: '4' }),
  ),
  text(
    'S01',
    'aerospike/aerospike-kubernetes-operator#80',
    'insufficient-cpu',
    "0/12 nodes are available: 1 node(s) had volume node affinity conflict, 2 Insufficient memory, 2 node(s) didn't match node selector, 9 Insufficient cpu.",
    requests({ cpu: '12' }),
  ),
  text(
    'S01',
    'kubernetes/kubernetes#107775',
    'insufficient-cpu',
    "0/4 nodes are available: 1 Insufficient cpu, 1 node(s) had taint {virtual-kubelet.io/provider: azure}, that the pod didn't tolerate, 2 node(s) didn't match Pod's node affinity/selector. preemption: not eligible due to preemptionPolicy=Never.",
    { ...requests({ cpu: '12' }), nodeSelector: { pool: 'big' } },
  ),
  text(
    'S02',
    'kubernetes/kubernetes#86942',
    'insufficient-memory',
    "0/12 nodes are available: 3 Insufficient memory, 9 node(s) didn't match node selector.",
    { ...requests({ cpu: '4', memory: '12Gi' }), nodeSelector: { pool: 'big' } },
  ),
  text(
    'S03',
    'kubernetes/kubernetes#49896',
    'node-selector-mismatch',
    "0/10 nodes are available: 10 node(s) didn't match node selector, 4 Insufficient cpu.",
    { nodeSelector: { disktype: 'ssd' } },
  ),
  text(
    'S06',
    'kubernetes/kubernetes#141491',
    'anti-affinity-conflict',
    "0/401 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 Too many pods, 3 node(s) didn't match pod anti-affinity rules, 397 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/401 nodes are available: 3 node(s) didn't match pod anti-affinity rules, 398 Preemption is not helpful for scheduling.",
    { ...podAntiAffinity, nodeSelector: { role: 'infra' } },
  ),
  text(
    'S04',
    'Project-HAMi/HAMi#75',
    'node-affinity-mismatch',
    "0/10 nodes are available: 1 node unregisterd, 6 node(s) didn't match Pod's node affinity/selector.",
    nodeAffinity,
  ),
  text(
    'S05',
    'kubernetes/kubernetes#116133',
    'taint-not-tolerated',
    '0/1 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling..',
  ),
  text(
    'S05',
    'canonical/microk8s#483',
    'taint-not-tolerated',
    "0/1 nodes are available: 1 node(s) had taints that the pod didn't tolerate.",
  ),
  text(
    'S06',
    'redpanda-data/docs#541',
    'anti-affinity-conflict',
    "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod..",
    podAntiAffinity,
  ),
  text(
    'S06',
    'kubernetes-sigs/kubespray#4101',
    'anti-affinity-conflict',
    "0/3 nodes are available: 3 node(s) didn't match pod affinity/anti-affinity, 3 node(s) didn't satisfy existing pods anti-affinity rules.",
    podAntiAffinity,
  ),
  text(
    'S07',
    'kubernetes/kubernetes#95812',
    'topology-spread-violation',
    "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label).",
    spread,
  ),
  text(
    'S07',
    'red-hat-storage/ocs-operator#4163',
    'topology-spread-violation',
    "0/6 nodes are available: 1 node(s) had untolerated taint {unschedulable: true}, 2 node(s) didn't match pod topology spread constraints, 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }. preemption: 0/6 nodes are available: 2 node(s) didn't match pod topology spread constraints, 4 Preemption is not helpful for scheduling.",
    spread,
  ),
  text(
    'S11',
    'hwameistor/hwameistor#1227',
    'node-pod-capacity',
    '0/3 nodes are available: 1 node(s) were unschedulable, 2 Too many pods. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
  ),
  text(
    'S11',
    'kubernetes/autoscaler#1218',
    'node-pod-capacity',
    '0/2 nodes are available: 1 Insufficient memory, 2 Insufficient pods.',
  ),
  text(
    'S11',
    'aws-ia/terraform-aws-eks-blueprints-addons#399',
    'node-pod-capacity',
    '0/13 nodes are available: 1 Too many pods, 12 node is filtered out by the prefilter result. preemption: 0/13 nodes are available: 1 No preemption victims found for incoming pod, 12 Preemption is not helpful for scheduling.',
  ),
  text(
    'S11',
    'k3d-io/k3d#104',
    'host-port-conflict',
    "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
    hostPort,
  ),
  text(
    'S11',
    'prometheus/node_exporter#2871',
    'host-port-conflict',
    "0/13 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, 12 node(s) didn't have free ports for the requested pod ports. preemption: 0/13 nodes are available: 1 Preemption is not helpful for scheduling, 12 No preemption victims found for incoming pod..",
    hostPort,
  ),
  text(
    'S11',
    'NVIDIA/k8s-device-plugin#348',
    'insufficient-extended-resource',
    '0/1 nodes are available: 1 Insufficient nvidia.com/gpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    requests({ 'nvidia.com/gpu': '1' }),
  ),
  text(
    'S11',
    'AliyunContainerService/gpushare-scheduler-extender#59',
    'insufficient-extended-resource',
    '0/2 nodes are available: 2 Insufficient aliyun.com/gpu-mem',
    requests({ 'aliyun.com/gpu-mem': '3' }),
  ),
  text(
    'S11',
    'NVIDIA/k8s-device-plugin#283',
    'insufficient-extended-resource',
    "0/6 nodes are available: 3 node(s) didn't match node selector, 6 Insufficient nvidia.com/gpu.",
    { ...requests({ 'nvidia.com/gpu': '1' }), nodeSelector: { 'openshift.com/gpu-accelerator': 'true' } },
  ),
  text(
    'S12',
    'minio/directpv#100',
    'volume-node-affinity',
    '0/4 nodes are available: 4 node(s) had volume node affinity conflict.',
    { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
  ),
  text(
    'S12',
    'kubernetes/kubernetes#81020',
    'volume-node-affinity',
    "0/5 nodes are available: 1 node(s) had volume node affinity conflict, 4 node(s) didn't match node selector",
    {
      nodeSelector: { 'kubernetes.io/hostname': 'node3' },
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
  ),
]);
