import type { Container, ContainerStatus, Probe } from '@headwater/contracts/kube/pod.ts';
import { childOf, type Entry, mapOf, valueOf } from './describe.ts';
import { describedTime } from './clock.ts';

/** Container specs below a `Containers:` or `Init Containers:` entry of a Pod or template. */
export function parseContainers(entry: Entry | undefined): Container[] {
  return (entry?.children ?? []).map((container) => {
    const limits = mapOf(container, 'Limits');
    const requests = mapOf(container, 'Requests');
    return compact({
      name: container.key,
      image: valueOf(container, 'Image'),
      command: listOf(container, 'Command'),
      args: listOf(container, 'Args'),
      ports: parsePorts(valueOf(container, 'Port') ?? valueOf(container, 'Ports')),
      resources: compact({ limits: orNothing(limits), requests: orNothing(requests) }),
      livenessProbe: parseProbe(valueOf(container, 'Liveness')),
      readinessProbe: parseProbe(valueOf(container, 'Readiness')),
      startupProbe: parseProbe(valueOf(container, 'Startup')),
      env: parseEnv(childOf(container, 'Environment')),
      envFrom: parseEnvFrom(childOf(container, 'Environment Variables from')),
      volumeMounts: parseMounts(childOf(container, 'Mounts')),
    });
  });
}

/** Container statuses of a described Pod. */
export function parseStatuses(entry: Entry | undefined): ContainerStatus[] {
  return (entry?.children ?? []).map((container) => ({
    name: container.key,
    image: valueOf(container, 'Image'),
    ready: valueOf(container, 'Ready') === 'True',
    restartCount: numberOf(valueOf(container, 'Restart Count') ?? '0'),
    state: parseState(childOf(container, 'State')),
    lastState: parseState(childOf(container, 'Last State')),
  }));
}

function parseState(entry: Entry | undefined): NonNullable<ContainerStatus['state']> {
  if (!entry || entry.value === '') return {};
  const reason = valueOf(entry, 'Reason');
  const message = valueOf(entry, 'Message');
  if (entry.value === 'Running') return { running: compact({ startedAt: describedTime(valueOf(entry, 'Started')) }) };
  if (entry.value === 'Waiting') return { waiting: compact({ reason, message }) };
  return {
    terminated: compact({
      reason,
      message,
      exitCode: numberOf(valueOf(entry, 'Exit Code') ?? '0'),
      startedAt: describedTime(valueOf(entry, 'Started')),
      finishedAt: describedTime(valueOf(entry, 'Finished')),
    }),
  };
}

const PORT = /(\d+)(?: \((\S+)\))?\/(\w+)/g;

function parsePorts(text: string | undefined): Container['ports'] {
  const ports: NonNullable<Container['ports']> = [];
  for (const [, number, name, protocol] of text?.matchAll(PORT) ?? [])
    if (Number(number) !== 0) ports.push(compact({ containerPort: Number(number), name, protocol }));
  return ports.length > 0 ? ports : undefined;
}

/** A probe as describe prints it: `http-get http://:9555/ delay=5s timeout=1s period=10s #success=1 #failure=3`. */
function parseProbe(text: string | undefined): Probe | undefined {
  if (!text) return undefined;
  return compact({
    ...probeHandler(text),
    initialDelaySeconds: numberAfter(text, 'delay='),
    timeoutSeconds: numberAfter(text, 'timeout='),
    periodSeconds: numberAfter(text, 'period='),
    successThreshold: numberAfter(text, '#success='),
    failureThreshold: numberAfter(text, '#failure='),
  });
}

function numberAfter(text: string, mark: string): number | undefined {
  const at = text.indexOf(mark);
  const number = at < 0 ? Number.NaN : Number.parseInt(text.slice(at + mark.length), 10);
  return Number.isNaN(number) ? undefined : number;
}

function probeHandler(text: string): Probe {
  const http = /^http-get (\w+):\/\/([^:/]*):([^/\s]+)(\/\S*)?/.exec(text);
  if (http)
    return {
      httpGet: compact({
        scheme: http[1]?.toUpperCase(),
        host: http[2] || undefined,
        port: portOf(http[3]),
        path: http[4] ?? '/',
      }),
    };
  const tcp = /^tcp-socket (\S*):(\S+)/.exec(text);
  if (tcp) return { tcpSocket: compact({ host: tcp[1] || undefined, port: portOf(tcp[2]) }) };
  const grpc = /^grpc \S*?:(\d+)/.exec(text);
  if (grpc) return { grpc: { port: Number(grpc[1]) } };
  const exec = /^exec \[(.*?)\]/.exec(text);
  return exec ? { exec: { command: exec[1]?.split(' ') } } : {};
}

function portOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

function parseEnv(entry: Entry | undefined): Container['env'] {
  const env = (entry?.children ?? []).map(({ key, value }) => ({ name: key, ...parseEnvValue(value) }));
  return env.length > 0 ? env : undefined;
}

function parseEnvValue(value: string): Pick<NonNullable<Container['env']>[number], 'value' | 'valueFrom'> {
  const reference = /^<set to the key '(.*)' (?:in|of) (secret|config map) '(.*)'>/.exec(value);
  if (reference) {
    const ref = { key: reference[1], name: reference[3], optional: value.includes('Optional: true') };
    return { valueFrom: reference[2] === 'secret' ? { secretKeyRef: ref } : { configMapKeyRef: ref } };
  }
  const field = /^\((.*)\)$/.exec(value);
  return field ? { valueFrom: { fieldRef: { fieldPath: field[1] } } } : { value };
}

function parseEnvFrom(entry: Entry | undefined): Container['envFrom'] {
  const sources = (entry?.children ?? []).map(({ key, value }) => {
    const ref = { name: key, optional: value.includes('Optional: true') };
    return value.startsWith('Secret') ? { secretRef: ref } : { configMapRef: ref };
  });
  return sources.length > 0 ? sources : undefined;
}

function parseMounts(entry: Entry | undefined): Container['volumeMounts'] {
  const mounts = (entry?.more ?? []).flatMap((line) => {
    const match = /^(\S+) from (\S+) \((.*)\)/.exec(line);
    return match ? [compact({ mountPath: match[1], name: match[2], readOnly: /\bro\b/.test(match[3] ?? '') })] : [];
  });
  return mounts.length > 0 ? mounts : undefined;
}

function listOf(entry: Entry, key: string): string[] | undefined {
  const child = childOf(entry, key);
  if (!child) return undefined;
  const lines = [
    child.value,
    ...child.more,
    ...child.children.map(({ key: name, value }) => `${name}: ${value}`),
  ].filter((line) => line !== '');
  return lines.length > 0 ? lines : undefined;
}

/** A number; undefined of any other text. */
export function numberOf(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function orNothing(map: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(map).length > 0 ? map : undefined;
}

/** An object without its undefined fields. */
export function compact<T extends object>(object: T): T {
  const kept: Partial<T> = {};
  for (const key in object) if (object[key] !== undefined) kept[key] = object[key];
  return kept as T;
}
