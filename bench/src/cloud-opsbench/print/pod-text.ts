import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Container, ContainerStatus, PodSpec, Probe, Volume } from '@headwater/contracts/kube/pod.ts';
import { longTime, type Zone } from './times.ts';

type State = ContainerStatus['state'];

/** `key=value` lines below a title, the first beside it. */
export function pairs(title: string, map: Readonly<Record<string, string>> | null | undefined, sign = '='): string[] {
  const entries = Object.entries(map ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
  if (entries.length === 0) return [`${title}:\t<none>`];
  return entries.map(([key, value], index) => `${index === 0 ? `${title}:` : ''}\t${key}${sign}${value}`);
}

/** The containers of a Pod or template as describe prints them; `indent` before each line. */
export function containerLines(
  containers: readonly Container[],
  { indent, statuses, zone }: { indent: string; statuses?: readonly ContainerStatus[]; zone: Zone },
): string[] {
  return containers.flatMap((container) => {
    const status = statuses?.find(({ name }) => name === container.name);
    const ports = (container.ports ?? []).map(({ containerPort, protocol, name }) =>
      name ? `${containerPort} (${name})/${protocol ?? 'TCP'}` : `${containerPort}/${protocol ?? 'TCP'}`,
    );
    const word = ports.length > 1 ? 'Ports' : 'Port';
    const lines = [
      `${container.name}:`,
      ...(statuses ? [`  Container ID:\t${status ? `containerd://${hexOf(container.name)}` : ''}`] : []),
      `  Image:\t${container.image ?? ''}`,
      ...(statuses ? [`  Image ID:\t${status?.imageID ?? ''}`] : []),
      `  ${word}:\t${ports.join(', ') || '<none>'}`,
      `  Host ${word}:\t${ports.map(() => '0/TCP').join(', ') || '<none>'}`,
      ...listLines('Command', container.command),
      ...listLines('Args', container.args),
      ...(statuses ? statusLines(status, zone) : []),
      ...resourceLines('Limits', container.resources?.limits),
      ...resourceLines('Requests', container.resources?.requests),
      ...probeLine('Liveness', container.livenessProbe),
      ...probeLine('Readiness', container.readinessProbe),
      ...probeLine('Startup', container.startupProbe),
      ...envLines(container),
      ...mountLines(container),
    ];
    return lines.map((line) => `${indent}${line}`);
  });
}

function hexOf(text: string): string {
  return Buffer.from(text.repeat(8)).toString('hex').slice(0, 64);
}

function listLines(title: string, items: readonly string[] | null | undefined): string[] {
  return items?.length
    ? [`  ${title}:`, ...items.flatMap((item) => item.split('\n').map((line) => `    ${line}`))]
    : [];
}

function statusLines(status: ContainerStatus | undefined, zone: Zone): string[] {
  if (!status) return ['  State:\tWaiting', '  Ready:\tFalse', '  Restart Count:\t0'];
  const last = status.lastState;
  return [
    ...stateLines('State', status.state, zone),
    ...(last?.terminated ? stateLines('Last State', last, zone) : []),
    `  Ready:\t${status.ready ? 'True' : 'False'}`,
    `  Restart Count:\t${status.restartCount ?? 0}`,
  ];
}

function stateLines(title: string, state: State, zone: Zone): string[] {
  const { running, terminated, waiting } = state ?? {};
  if (running) return [`  ${title}:\tRunning`, `    Started:\t${longTime(running.startedAt, zone)}`];
  if (terminated)
    return [
      `  ${title}:\tTerminated`,
      ...(terminated.reason ? [`    Reason:\t${terminated.reason}`] : []),
      ...(terminated.message ? [`    Message:\t${terminated.message}`] : []),
      `    Exit Code:\t${terminated.exitCode ?? 0}`,
      `    Started:\t${longTime(terminated.startedAt, zone)}`,
      `    Finished:\t${longTime(terminated.finishedAt, zone)}`,
    ];
  return [`  ${title}:\tWaiting`, ...(waiting?.reason ? [`    Reason:\t${waiting.reason}`] : [])];
}

function resourceLines(title: string, amounts: Readonly<Record<string, unknown>> | null | undefined): string[] {
  const entries = Object.entries(amounts ?? {});
  return entries.length === 0 ? [] : [`  ${title}:`, ...entries.map(([key, value]) => `    ${key}:\t${String(value)}`)];
}

function probeLine(title: string, probe: Probe | null | undefined): string[] {
  if (!probe) return [];
  const { httpGet, tcpSocket, grpc, exec } = probe;
  const way = httpGet
    ? `http-get ${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${httpGet.host ?? ''}:${httpGet.port}${httpGet.path ?? '/'}`
    : tcpSocket
      ? `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`
      : grpc
        ? `grpc <pod>:${grpc.port} ${grpc.service ?? ''}`
        : `exec [${(exec?.command ?? []).join(' ')}]`;
  return [
    `  ${title}:\t${way} delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 1}s period=${probe.periodSeconds ?? 10}s #success=${probe.successThreshold ?? 1} #failure=${probe.failureThreshold ?? 3}`,
  ];
}

function envLines(container: Container): string[] {
  const from = (container.envFrom ?? []).map(({ configMapRef, secretRef }) =>
    secretRef
      ? `    ${secretRef.name}\tSecret\tOptional: ${secretRef.optional ?? false}`
      : `    ${configMapRef?.name}\tConfigMap\tOptional: ${configMapRef?.optional ?? false}`,
  );
  const env = (container.env ?? []).map(({ name, value, valueFrom }) => {
    const { secretKeyRef: secret, configMapKeyRef: map, fieldRef } = valueFrom ?? {};
    if (secret)
      return `    ${name}:\t<set to the key '${secret.key}' in secret '${secret.name}'>\tOptional: ${secret.optional ?? false}`;
    if (map)
      return `    ${name}:\t<set to the key '${map.key}' of config map '${map.name}'>\tOptional: ${map.optional ?? false}`;
    if (fieldRef) return `    ${name}:\t (v1:${fieldRef.fieldPath})`;
    return `    ${name}:\t${(value ?? '').replaceAll('\n', '\n            ')}`;
  });
  return [
    ...(from.length > 0 ? ['  Environment Variables from:', ...from] : []),
    ...(env.length > 0 ? ['  Environment:', ...env] : ['  Environment:\t<none>']),
  ];
}

function mountLines(container: Container): string[] {
  const mounts = (container.volumeMounts ?? []).map(
    ({ mountPath, name, readOnly, subPath }) =>
      `    ${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${subPath ? `,path="${subPath}"` : ''})`,
  );
  return mounts.length > 0 ? ['  Mounts:', ...mounts] : ['  Mounts:\t<none>'];
}

/** Volumes, Node selectors and tolerations as they end a Pod or a template. */
export function podTail(spec: PodSpec | null | undefined, indent: string): string[] {
  const volumes = (spec?.volumes ?? []).flatMap((volume) => [
    `${indent} ${volume.name}:`,
    ...volumeLines(volume, indent),
  ]);
  const tolerations = (spec?.tolerations ?? []).map(({ key, operator, value, effect, tolerationSeconds }) => {
    const named = `${key ?? ''}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
    return `${named}${operator === 'Exists' ? ' op=Exists' : ''}${tolerationSeconds ? ` for ${tolerationSeconds}s` : ''}`.trim();
  });
  return [
    ...(volumes.length > 0 ? [`${indent}Volumes:`, ...volumes] : [`${indent}Volumes:\t<none>`]),
    ...pairs('Node-Selectors', spec?.nodeSelector).map((line) => `${indent}${line}`),
    ...(tolerations.length > 0 ? tolerations : ['<none>']).map(
      (text, index) => `${indent}${index === 0 ? 'Tolerations:' : ''}\t${text}`,
    ),
  ];
}

function volumeLines(
  { configMap, secret, persistentVolumeClaim: claim, emptyDir, hostPath }: Volume,
  indent: string,
): string[] {
  const lines = configMap
    ? [
        'Type:\tConfigMap (a volume populated by a ConfigMap)',
        `Name:\t${configMap.name}`,
        `Optional:\t${configMap.optional ?? false}`,
      ]
    : secret
      ? [
          'Type:\tSecret (a volume populated by a Secret)',
          `SecretName:\t${secret.secretName}`,
          `Optional:\t${secret.optional ?? false}`,
        ]
      : claim
        ? [
            'Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
            `ClaimName:\t${claim.claimName}`,
            'ReadOnly:\tfalse',
          ]
        : emptyDir
          ? ["Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)", 'Medium:\t', 'SizeLimit:\t<unset>']
          : hostPath
            ? [
                'Type:\tHostPath (bare host directory volume)',
                `Path:\t${hostPath.path}`,
                `HostPathType:\t${hostPath.type ?? ''}`,
              ]
            : [
                'Type:\tProjected (a volume that contains injected data from multiple sources)',
                'TokenExpirationSeconds:\t3607',
                'ConfigMapName:\tkube-root-ca.crt',
                'ConfigMapOptional:\t<nil>',
                'DownwardAPI:\ttrue',
              ];
  return lines.map((line) => `${indent}  ${line}`);
}

/** `kubectl describe pods` without its Events. */
export function podLines({ metadata, spec, status }: ObjectOf<'Pod'>, zone: Zone): string[] {
  const owner = metadata.ownerReferences?.[0];
  const init = spec?.initContainers ?? [];
  return [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace}`,
    `Priority:\t${spec?.priority ?? 0}`,
    `Service Account:\t${spec?.serviceAccountName ?? 'default'}`,
    `Node:\t${spec?.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>'}`,
    ...(status?.startTime ? [`Start Time:\t${longTime(status.startTime, zone)}`] : []),
    ...pairs('Labels', metadata.labels),
    ...pairs('Annotations', metadata.annotations, ': '),
    `Status:\t${status?.phase ?? 'Pending'}`,
    ...(status?.reason ? [`Reason:\t${status.reason}`, `Message:\t${status.message ?? ''}`] : []),
    `IP:\t${status?.podIP ?? ''}`,
    ...(status?.podIP ? ['IPs:', `  IP:\t${status.podIP}`] : ['IPs:\t<none>']),
    ...(owner ? [`Controlled By:\t${owner.kind}/${owner.name}`] : []),
    ...(init.length > 0
      ? [
          'Init Containers:',
          ...containerLines(init, { indent: '  ', statuses: status?.initContainerStatuses ?? [], zone }),
        ]
      : []),
    'Containers:',
    ...containerLines(spec?.containers ?? [], { indent: '  ', statuses: status?.containerStatuses ?? [], zone }),
    'Conditions:',
    '  Type\tStatus',
    ...(status?.conditions ?? []).map(({ type, status: holds }) => `  ${type}\t${holds} `),
    ...podTail(spec, ''),
  ];
}
