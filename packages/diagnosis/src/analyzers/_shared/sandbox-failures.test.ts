import { describe, expect, it } from 'vitest';
import { sandboxFault } from './sandbox-failures.ts';

describe('sandboxFault', () => {
  it.each([
    [
      'failed to setup network for sandbox "x": plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254',
      'ips',
    ],
    [
      'networkPlugin cni failed to set up pod "web-1_shop" network: add cmd: failed to assign an IP address to container',
      'ips',
    ],
    [
      'plugin type="cilium-cni" failed (add): unable to allocate IP via local cilium agent: [POST /ipam] range is full',
      'ips',
    ],
    [
      'failed to setup network for sandbox "x": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized',
      'plugin',
    ],
    ['Failed to allocate pool: Failed to delegate: Failed to allocate pool: No available address pools', 'ips'],
    [
      'plugin type="weave-net" name="weave" failed (add): unable to allocate IP address: Post "http://127.0.0.1:6784/ip/6": dial tcp 127.0.0.1:6784: connect: connection refused',
      'plugin',
    ],
    ['failed to find plugin "flannel" in path [/opt/cni/bin]', 'plugin'],
    [
      'plugin type="multus" failed (add): cannot find a network-attachment-definition (storage) in namespace (shop)',
      'attachment',
    ],
    ['failed to create containerd task: no runtime for "kata" is configured', 'other'],
  ])('%s', (message, fault) => {
    expect(sandboxFault(`Failed to create pod sandbox: rpc error: code = Unknown desc = ${message}`)).toBe(fault);
  });
});
