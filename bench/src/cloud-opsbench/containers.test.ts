import { describe, expect, it } from 'vitest';
import { parseDescribe } from './describe.ts';
import { PARSERS, parseMetadata } from './kinds.ts';

const POD = `Name:             web-1
Namespace:        shop
Service Account:  robot
Node:             node-a/10.0.0.1
Start Time:       Sun, 01 Mar 2026 09:00:00 +0000
Labels:           app=web
Status:           Running
IP:               10.1.0.5
Controlled By:    ReplicaSet/web-abc
Containers:
  web:
    Image:         registry/web:1
    Port:          8080/TCP
    State:         Waiting
      Reason:      CrashLoopBackOff
    Last State:    Terminated
      Reason:      OOMKilled
      Exit Code:   137
      Started:     Sun, 01 Mar 2026 09:50:00 +0000
      Finished:    Sun, 01 Mar 2026 09:51:00 +0000
    Ready:         False
    Restart Count: 4
    Limits:
      memory:  64Mi
    Requests:
      memory:  32Mi
    Liveness:  http-get http://:8080/health delay=5s timeout=1s period=10s #success=1 #failure=3
    Readiness:  tcp-socket :grpc delay=0s timeout=1s period=10s #success=1 #failure=3
    Environment:
      MODE:      fast
      PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false
      NODE:       (v1:spec.nodeName)
    Mounts:
      /data from disk (ro)
Conditions:
  Type   Status
  Ready  False
Volumes:
  disk:
    Type:       PersistentVolumeClaim (a reference)
    ClaimName:  web-data
Node-Selectors:  disk=ssd
Tolerations:     dedicated=web:NoSchedule
                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
Events:          <none>
`;

describe('described Pod', () => {
  it('reads a Pod with its containers, probes, environment and states', () => {
    const pod = PARSERS['pods']?.parse(parseDescribe(POD).root);
    expect(pod).toMatchObject({
      spec: {
        serviceAccountName: 'robot',
        nodeName: 'node-a',
        nodeSelector: { disk: 'ssd' },
        volumes: [{ name: 'disk', persistentVolumeClaim: { claimName: 'web-data' } }],
        tolerations: [
          { key: 'dedicated', value: 'web', effect: 'NoSchedule', operator: 'Equal' },
          { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', operator: 'Exists', tolerationSeconds: 300 },
        ],
        containers: [
          {
            name: 'web',
            image: 'registry/web:1',
            ports: [{ containerPort: 8080, protocol: 'TCP' }],
            resources: { limits: { memory: '64Mi' }, requests: { memory: '32Mi' } },
            livenessProbe: {
              httpGet: { scheme: 'HTTP', port: 8080, path: '/health' },
              initialDelaySeconds: 5,
              failureThreshold: 3,
            },
            readinessProbe: { tcpSocket: { port: 'grpc' } },
            volumeMounts: [{ mountPath: '/data', name: 'disk', readOnly: true }],
          },
        ],
      },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [
          {
            name: 'web',
            ready: false,
            restartCount: 4,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-03-01T09:51:00Z' } },
          },
        ],
      },
    });
    const { env } = (pod as { spec: { containers: { env: object[] }[] } }).spec.containers[0] ?? { env: [] };
    expect(env).toEqual([
      { name: 'MODE', value: 'fast' },
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { key: 'password', name: 'db', optional: false } } },
      { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'v1:spec.nodeName' } } },
    ]);
    expect(parseMetadata(parseDescribe(POD).root, { name: 'web-1', namespace: 'shop' })).toMatchObject({
      labels: { app: 'web' },
      creationTimestamp: '2026-03-01T09:00:00Z',
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-abc' }],
    });
  });
});
