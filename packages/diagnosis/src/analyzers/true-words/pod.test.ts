import { testTrueTexts, type TrueText, trueText } from '@headwater/testkit/true-words.ts';
import { crashed, creating, type Fields, unhealthy, waiting } from '@headwater/testkit/true-worlds.ts';

const failed = (log: string, fields: Fields = {}, podFields: Fields = {}): TrueText['world'] =>
  crashed({ exitCode: 1, reason: 'Error' }, { log, fields, podFields });

const evicted = (message: string, fields: Fields = {}): TrueText['world'] => {
  const world = waiting('ContainerCreating', '', fields);
  return {
    objects: (world.objects ?? []).map((object) => {
      const one = object as Fields;
      if (one['kind'] !== 'Pod') return one;
      return { ...one, status: { phase: 'Failed', reason: 'Evicted', message, startTime: '2026-03-01T09:50:00Z' } };
    }),
  };
};

testTrueTexts('containers and Pods', [
  trueText(
    'P02',
    'luksa/kubernetes-in-action#17',
    'memory-limit-too-low-to-start',
    creating(
      'FailedCreatePodSandBox',
      'Failed create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox container for pod "downward": Error response from daemon: OCI runtime create failed: container_linux.go:345: starting container process caused "process_linux.go:430: container init caused \\"read init-p: connection reset by peer\\"": unknown',
      { containers: [{ name: 'web', image: 'busybox', resources: { limits: { cpu: '100m', memory: '4Mi' } } }] },
    ),
  ),
  trueText(
    'P02',
    'dell/csi-baremetal#417',
    'memory-limit-too-low-to-start',
    creating(
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = container create failed: time="2021-06-07T12:54:29Z" level=error msg="container_linux.go:366: starting container process caused: process_linux.go:472: container init caused: "',
      { containers: [{ name: 'web', image: 'busybox', resources: { limits: { cpu: '100m', memory: '6Mi' } } }] },
    ),
  ),
  trueText(
    'P05',
    'pl4nty/cloudflare-kubernetes-gateway#123',
    'command-not-found',
    waiting(
      'RunContainerError',
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/manager": stat /manager: no such file or directory: unknown',
    ),
  ),
  trueText(
    'P05',
    'CyCoreSystems/asterisk-k8s-demo#25',
    'command-not-found',
    crashed({
      exitCode: 128,
      reason: 'StartError',
      message:
        'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app": stat /app: no such file or directory: unknown',
    }),
  ),
  trueText('P06', 'nigelpoulton/TheK8sBook#46', 'wrong-architecture', failed('exec /bin/sh: exec format error')),
  trueText(
    'P06',
    'combor/k8s-mongo-labeler-sidecar#14',
    'wrong-architecture',
    failed('standard_init_linux.go:228: exec user process caused: exec format error'),
  ),
  trueText(
    'P06',
    'kubernetes/node-problem-detector#797',
    'wrong-architecture',
    failed('exec /node-problem-detector: exec format error'),
  ),
  trueText(
    'P07',
    'kubernetes/kubernetes#24306',
    'probe-misconfigured',
    unhealthy(
      'liveness',
      { httpGet: { path: '/actuator/health', port: 8081 }, initialDelaySeconds: 45, periodSeconds: 30 },
      'Liveness probe failed: Get "http://10.1.2.3:8081/actuator/health": dial tcp 10.1.2.3:8081: connect: connection refused',
    ),
  ),
  trueText(
    'P08',
    'kubeflow/examples#106',
    'probe-misconfigured',
    unhealthy(
      'liveness',
      { httpGet: { path: '/', port: 8080 }, initialDelaySeconds: 45, periodSeconds: 30 },
      'Liveness probe failed: HTTP probe failed with statuscode: 404',
    ),
  ),
  trueText(
    'P08',
    'sockudo/sockudo#273',
    'probe-misconfigured',
    unhealthy(
      'startup',
      { httpGet: { path: '/live', port: 8080 }, periodSeconds: 5, failureThreshold: 30 },
      'Startup probe failed: HTTP probe failed with statuscode: 404',
    ),
  ),
  trueText(
    'P08',
    'cloudposse/docs#161',
    'probe-misconfigured',
    unhealthy(
      'liveness',
      { httpGet: { path: '/healthz', port: 8080, scheme: 'HTTPS' } },
      'Liveness probe failed: Get https://100.112.158.75:8080/healthz: http: server gave HTTP response to HTTPS client',
    ),
  ),
  trueText(
    'P10',
    'kubernetes-sigs/node-feature-discovery#1032',
    'readiness-failing',
    unhealthy(
      'readiness',
      { exec: { command: ['/usr/bin/grpc_health_probe', '-addr=:8080'] }, timeoutSeconds: 1 },
      'Readiness probe failed: command "/usr/bin/grpc_health_probe -addr=:8080" timed out',
    ),
  ),
  trueText(
    'P10',
    'GoogleCloudPlatform/microservices-demo#62',
    'readiness-failing',
    unhealthy(
      'readiness',
      { exec: { command: ['/bin/grpc_health_probe', '-addr=:8080'] }, timeoutSeconds: 1 },
      'Readiness probe failed: config: addr=:8080 conn_timeout=1s rpc_timeout=1s tls=false establishing connection health check rpc failed: rpc error: code = DeadlineExceeded desc = Deadline Exceeded',
    ),
  ),
  trueText(
    'P09',
    'paperclipinc/openclaw-operator#344',
    'readiness-failing',
    unhealthy(
      'startup',
      { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5, failureThreshold: 6 },
      'Startup probe failed: Get "http://10.42.0.181:8080/healthz": read tcp 10.42.0.1:47222->10.42.0.181:8080: read: connection reset by peer',
    ),
  ),
  trueText(
    'P13',
    'k0rdent/kof#604',
    'port-conflict',
    failed(
      '"Started metrics server" metricsServerAddress="[::]:8080"\n"Failed to run kube-state-metrics" err="run server group error: listen tcp 0.0.0.0:8080: bind: address already in use"',
    ),
  ),
  trueText(
    'P13',
    'nginx/kubernetes-ingress#2761',
    'port-conflict',
    failed('F0616 11:00:03.190786       7 main.go:67] port 80 is already in use. Please check the flag --http-port'),
  ),
  trueText(
    'P13',
    'istio/istio#52260',
    'port-conflict',
    failed('Error: listen EADDRINUSE: address already in use :::8080'),
  ),
  trueText(
    'P15',
    'intel/CPU-Manager-for-Kubernetes#299',
    'security-context-denied',
    waiting(
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "cmk-cluster-init-pod_cmk-namespace(fa1d4889-e80e-4506-ab08-40e0c50305cf)", container: cmk-cluster-init-pod)',
      { securityContext: { runAsNonRoot: true } },
    ),
  ),
  trueText(
    'P15',
    'kOlapsis/maintenant#17',
    'security-context-denied',
    waiting(
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "maintenant-64ccb9645d-kfrwr_default(d13d1d45-a6e3-4298-9062-c8b886441629)", container: maintenant)',
      {},
      { securityContext: { runAsNonRoot: true } },
    ),
  ),
  trueText(
    'P16',
    'longhorn/longhorn#474',
    'read-only-filesystem',
    failed('Error: Failed to mkdir /lib-modules: mkdir /lib-modules: read-only file system', {
      securityContext: { readOnlyRootFilesystem: true },
    }),
  ),
  trueText(
    'P16',
    'openobserve/openobserve-helm-chart#54',
    'read-only-filesystem',
    failed(
      'thread \'main\' panicked at src/config/src/config.rs:1066:57:\ncreate cache dir success: Os { code: 30, kind: ReadOnlyFilesystem, message: "Read-only file system" }',
      { securityContext: { readOnlyRootFilesystem: true } },
    ),
  ),
  trueText(
    'P17',
    'cloud-ark/kubeplus#1382',
    'eviction-pressure',
    evicted(
      'The node was low on resource: ephemeral-storage. Threshold quantity: 2146223340, available: 1883424Ki. Container helmer was using 10304Ki, request is 10Mi, has larger consumption of ephemeral-storage. Container consumerui was using 52676Ki, request is 10Mi, has larger consumption of ephemeral-storage.',
    ),
  ),
  trueText(
    'P17',
    'operate-first/apps#1352',
    'eviction-pressure',
    evicted('Pod The node had condition: [DiskPressure]. '),
  ),
  trueText(
    'P17',
    'amygdala-labs/cosmos-operator#185',
    'eviction-pressure',
    evicted(
      'The node was low on resource: memory. Container node was using 35505620Ki, which exceeds its request of 12Gi. ',
    ),
  ),
  trueText(
    'P18',
    'artifact-keeper/artifact-keeper-iac#153',
    'ephemeral-storage-exceeded',
    evicted('Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ', {
      resources: { limits: { 'ephemeral-storage': '1Gi' } },
    }),
  ),
  trueText(
    'P20',
    'CrunchyData/postgres-operator#2640',
    'resource-exhausted-in-process',
    failed(
      '2021-08-26 06:36:08.645 UTC [16398] ERROR:  could not resize shared memory segment "/PostgreSQL.193758248" to 8388608 bytes: No space left on device',
    ),
  ),
  trueText(
    'P20',
    'PrecisionNutrition/pndev#41',
    'resource-exhausted-in-process',
    failed(
      'PG::DiskFull: ERROR: could not resize shared memory segment "/PostgreSQL.394945862" to 16777216 bytes: No space left on device',
    ),
  ),
  trueText(
    'P21',
    'openshift/origin#24360',
    'resource-exhausted-in-process',
    failed(
      'Exception in thread "main" java.lang.OutOfMemoryError: unable to create new native thread\n        at java.lang.Thread.start0(Native Method)',
    ),
  ),
  trueText(
    'P21',
    'kruize/autotune#1551',
    'resource-exhausted-in-process',
    failed(
      '[4.266s][warning][os,thread] Failed to start the native thread for java.lang.Thread "vert.x-internal-blocking-1"\nException in thread "main" java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached',
    ),
  ),
]);
