import { describe, expect, it } from 'vitest';
import { parseConfigData } from './config-data.ts';
import { parseDescribe } from './describe.ts';
import { PARSERS } from './kinds.ts';
import { carriedPods, leaseOf } from './nodes.ts';
import { quotaFromTable } from './tables.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

function parsed(plural: string, text: string): unknown {
  return PARSERS[plural]?.parse(parseDescribe(text).root);
}

describe('kinds', () => {
  it('reads a Deployment', () => {
    const text =
      'Name: web\nSelector: app=web\nReplicas: 3 desired | 2 updated | 3 total | 1 available | 2 unavailable\nStrategyType: RollingUpdate\nPod Template:\n  Labels:  app=web\n  Containers:\n   web:\n    Image:  web:1\n';
    expect(parsed('deployments', text)).toMatchObject({
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      },
      status: { replicas: 3, availableReplicas: 1, updatedReplicas: 2 },
    });
  });

  it('reads a Service with named and numbered target ports, and Endpoints', () => {
    const service =
      'Name: web\nSelector: app=web\nType: ClusterIP\nIP: 10.0.0.9\nPort: http  80/TCP\nTargetPort: 8080/TCP\nPort: <unset>  90/TCP\nTargetPort: admin/TCP\n';
    expect(parsed('services', service)).toMatchObject({
      spec: {
        type: 'ClusterIP',
        selector: { app: 'web' },
        ports: [
          { name: 'http', port: 80, targetPort: 8080 },
          { port: 90, targetPort: 'admin' },
        ],
      },
    });
    const endpoints =
      'Name: web\nSubsets:\n  Addresses:          10.1.0.5,10.1.0.6\n  NotReadyAddresses:  <none>\n  Ports:\n    Name     Port  Protocol\n    ----     ----  --------\n    http     8080  TCP\n';
    expect(parsed('endpoints', endpoints)).toEqual({
      subsets: [
        {
          addresses: [{ ip: '10.1.0.5' }, { ip: '10.1.0.6' }],
          notReadyAddresses: [],
          ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        },
      ],
    });
    expect(parsed('endpoints', 'Name: web\nSubsets:\n')).toEqual({ subsets: [] });
  });

  it('reads claims and volumes', () => {
    expect(
      parsed(
        'persistentvolumeclaims',
        'Name: c\nStorageClass: fast\nStatus: Pending\nVolume:\nAccess Modes: RWO,RWX\n',
      ),
    ).toMatchObject({
      spec: { storageClassName: 'fast' },
      status: { phase: 'Pending', accessModes: ['ReadWriteOnce', 'ReadWriteMany'] },
    });
    expect(
      parsed('persistentvolumes', 'Name: v\nStatus: Bound\nClaim: shop/c\nCapacity: 1Gi\nAccess Modes: RWO\n'),
    ).toMatchObject({
      spec: { claimRef: { namespace: 'shop', name: 'c' }, capacity: { storage: '1Gi' } },
      status: { phase: 'Bound' },
    });
  });

  it('reads a Node, its Lease and the Pods it carries', () => {
    const { root } = parseDescribe(
      'Name: n\nTaints: dedicated=web:NoSchedule\nUnschedulable: true\nLease:\n  HolderIdentity:  n\n  RenewTime:  Sun, 01 Mar 2026 09:59:50 +0000\nAllocatable:\n  cpu:  4\nNon-terminated Pods: (1 in total)\n  Namespace  Name  CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age\n  ---------  ----  ------------  ----------  ---------------  -------------  ---\n  kube-system  dns-1  100m (2%)  0 (0%)  70Mi (1%)  0 (0%)  2h\n',
    );
    expect(PARSERS['nodes']?.parse(root)).toMatchObject({
      spec: { unschedulable: true, taints: [{ key: 'dedicated', value: 'web', effect: 'NoSchedule' }] },
      status: { allocatable: { cpu: '4' } },
    });
    expect(leaseOf(root, 'n')).toMatchObject({ kind: 'Lease', spec: { renewTime: '2026-03-01T09:59:50Z' } });
    expect(carriedPods(root, 'n', NOW)).toMatchObject([
      {
        metadata: { name: 'dns-1', namespace: 'kube-system', creationTimestamp: '2026-03-01T08:00:00Z' },
        spec: { containers: [{ resources: { requests: { cpu: '100m', memory: '70Mi' } } }] },
      },
    ]);
    expect(leaseOf(parseDescribe('Name: n').root, 'n')).toBeNull();
  });

  it('reads the data of a ConfigMap as written', () => {
    expect(
      parseConfigData(
        'Name: c\n\nData\n====\na.conf:\n----\nkey: value\n\n  more\n\nb:\n----\n1\n\nBinaryData\n====\n\nEvents:  <none>\n',
      ),
    ).toEqual({ 'a.conf': 'key: value\n\n  more', b: '1' });
    expect(parseConfigData('Name: c\n')).toEqual({});
  });

  it('reads quotas from their table', () => {
    const table = 'NAME  AGE  REQUEST  LIMIT\nsmall  5m  pods: 3/3, requests.cpu: 1/2  limits.memory: 1Gi/2Gi\n';
    expect(quotaFromTable([['kubectl get resourcequota -n shop', table]], 'shop')).toMatchObject([
      {
        metadata: { name: 'small', namespace: 'shop' },
        status: {
          hard: { pods: '3', 'requests.cpu': '2', 'limits.memory': '2Gi' },
          used: { pods: '3', 'requests.cpu': '1', 'limits.memory': '1Gi' },
        },
      },
    ]);
  });
});
