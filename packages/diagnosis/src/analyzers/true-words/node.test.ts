import { testTrueTexts, type TrueText, trueText } from '@headwater/testkit/true-words.ts';
import { creating, event, type Fields, node } from '@headwater/testkit/true-worlds.ts';

const ready: Fields = {
  type: 'Ready',
  status: 'True',
  reason: 'KubeletReady',
  message: 'kubelet is posting ready status',
};
const notReady = (message: string): Fields => ({ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message });
const silent = (type: string): Fields => ({
  type,
  status: 'Unknown',
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
});
const sandbox = (message: string): TrueText['world'] => creating('FailedCreatePodSandBox', message);

const onNode = (...[code, from, category, world]: Parameters<typeof trueText>): TrueText =>
  trueText(code, from, category, world, 'Node//w1');

testTrueTexts('Nodes', [
  onNode(
    'N01',
    'kubernetes/kubernetes#94020',
    'kubelet-down',
    node(['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map(silent)),
  ),
  onNode(
    'N01',
    'rancher/rancher#29997',
    'kubelet-down',
    node([silent('Ready')], [], {
      spec: {
        taints: [
          { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
          { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
        ],
      },
    }),
  ),
  onNode(
    'N02',
    'kubernetes/kubernetes#77728',
    'container-runtime-down',
    node([notReady('PLEG is not healthy: pleg was last seen active 3m3.928932625s ago; threshold is 3m0s')]),
  ),
  onNode(
    'N02',
    'nds-org/jupyter-et#13',
    'container-runtime-down',
    node([notReady('PLEG is not healthy: pleg was last seen active 16h17m50.791825508s ago; threshold is 3m0s')]),
  ),
  onNode(
    'N04',
    'kubernetes/kubernetes#78174',
    'node-memory-pressure',
    node(
      [ready],
      ['1', '2'].map((id) => {
        const one = event('Node/w1', 'SystemOOM', 'System OOM encountered');
        return { ...one, metadata: { name: `w1.${id}`, namespace: 'default' } };
      }),
    ),
  ),
  onNode(
    'N05',
    'kubernetes/kubernetes#45558',
    'node-disk-pressure',
    node(
      [
        ready,
        {
          type: 'DiskPressure',
          status: 'True',
          reason: 'KubeletHasDiskPressure',
          message: 'kubelet has disk pressure',
        },
      ],
      [event('Node/w1', 'EvictionThresholdMet', 'Attempting to reclaim nodefs')],
    ),
  ),
  onNode(
    'N05',
    'llmos-ai/llmos#21',
    'node-disk-pressure',
    node(
      [ready],
      [
        event(
          'Node/w1',
          'FreeDiskSpaceFailed',
          'Failed to garbage collect required amount of images. Attempted to free 4783028633 bytes, but only found 0 bytes eligible to free.',
        ),
        event(
          'Node/w1',
          'ImageGCFailed',
          'Failed to garbage collect required amount of images. Attempted to free 4783028633 bytes, but only found 0 bytes eligible to free.',
        ),
      ],
    ),
  ),
  onNode(
    'N05',
    'kubernetes/kubernetes#132578',
    'node-disk-pressure',
    node(
      [ready],
      [
        event(
          'Node/w1',
          'FreeDiskSpaceFailed',
          "Insufficient free disk space on the node's image filesystem (97% of 38.5 GiB used). Failed to free sufficient space by deleting unused images. Investigate disk usage, as it could be used by active images, logs, volumes, or other data.",
        ),
      ],
    ),
  ),
  onNode(
    'N09',
    'kind-ci/examples#33',
    'cni-failure',
    node([
      notReady(
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      ),
    ]),
  ),
  onNode(
    'N09',
    'kubernetes/kubernetes#71692',
    'cni-failure',
    node([
      notReady(
        'runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:docker: network plugin is not ready: cni config uninitialized',
      ),
    ]),
  ),
  onNode(
    'N09',
    'coredns/coredns#5132',
    'cni-failure',
    sandbox(
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "6442f901c7b286afedf57ab05f0caecb407b649cfed54235708e5a2cc6e1b7d4": plugin type="weave-net" name="weave" failed (add): unable to allocate IP address: Post "http://127.0.0.1:6784/ip/6442f901c7b286afedf57ab05f0caecb407b649cfed54235708e5a2cc6e1b7d4": dial tcp 127.0.0.1:6784: connect: connection refused',
    ),
  ),
  onNode(
    'K03',
    'kubernetes/kubernetes#131071',
    'pod-ips-exhausted',
    sandbox(
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "40d7bc158517c6954d0e8f1ba2bbc04e376e3123ab38227d6a601b7b1bb48ccf": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
    ),
  ),
  onNode(
    'K03',
    'Azure/AKS#2532',
    'pod-ips-exhausted',
    sandbox(
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "ce54c8f820d18e4ea9eca3b7da6482d110f162a4b0bc03a905a33fb2712b1e4d": Failed to allocate pool: Failed to delegate: Failed to allocate address: No available addresses',
    ),
  ),
  onNode(
    'K03',
    'Azure/aks-engine#4263',
    'pod-ips-exhausted',
    sandbox(
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container "cfaf5e13cb6ef35b93dcfb8e70978fe3c57e302da6cc90f287ba374772c0816e" network for pod "nginx-deployment-5f8bd9f69b-zbvfj": networkPlugin cni failed to set up pod "nginx-deployment-5f8bd9f69b-zbvfj_clusterip" network: Failed to allocate pool: Failed to delegate: Failed to allocate pool: No available address pools',
    ),
  ),
  onNode(
    'K03',
    'cilium/cilium#10627',
    'pod-ips-exhausted',
    sandbox(
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container "3948297ee605c722e867e3cda372cd2708c16f40e2cb0c036ac543890fee98e6" network for pod "pod-to-a-allowed-cnp-5899c44899-lmsr8": networkPlugin cni failed to set up pod "pod-to-a-allowed-cnp-5899c44899-lmsr8_default" network: unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure  range is full',
    ),
  ),
]);
