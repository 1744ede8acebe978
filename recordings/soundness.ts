import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { isJsonObject } from '@headwater/core/json.ts';
import { parseTime } from '@headwater/core/time.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import type { World } from '@headwater/testkit/world/world.ts';

// Certificates and budgets look ahead; everything else in a recording has happened.
const FUTURE_FIELDS = new Set(['notAfter', 'renewalTime']);

/** What in a world no cluster could show, in words; empty for a sound one. */
export function unsound(world: World): string[] {
  return [...identities(world), ...fromTheFuture(world), ...dangling(world), ...disordered(world)];
}

function identities(world: World): string[] {
  const objects = [...world.objects, ...world.events];
  const malformed = objects.flatMap((object) =>
    parseObject(object).dropped.map(({ object: name, path }) => `${name}: ${path} is malformed`),
  );
  return [...malformed, ...repeated(objects.map(nameOf)), ...repeated(objects.map(({ metadata }) => metadata.uid))];
}

function repeated(texts: readonly string[]): string[] {
  const seen = new Set<string>();
  return texts.filter((text) => seen.size === seen.add(text).size).map((text) => `${text} occurs twice`);
}

function nameOf({ kind, metadata }: KubeJson): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function fromTheFuture(world: World): string[] {
  const { now } = world.scene;
  const late = [...world.objects, ...world.events].filter((object) => latest(object) > now).map(nameOf);
  const logs = world.logs
    .filter(({ lines }) => (parseTime(lines.at(-1)?.split(' ')[0]) ?? 0) > now)
    .map(({ pod }) => `log of ${pod}`);
  const series = world.metrics
    .filter(({ samples }) => (samples.at(-1)?.[0] ?? 0) > now)
    .map(({ labels }) => `series ${labels['__name__']}`);
  const alerts = world.alerts
    .filter(({ startsAt, endsAt }) => startsAt > now || (endsAt ?? 0) > now)
    .map(({ labels }) => `alert ${labels['alertname']}`);
  return [...late, ...logs, ...series, ...alerts].map((text) => `${text} is later than now`);
}

function latest(value: unknown): number {
  if (typeof value === 'string') return parseTime(value) ?? 0;
  if (Array.isArray(value)) return Math.max(0, ...value.map(latest));
  if (!isJsonObject(value)) return 0;
  return Math.max(0, ...Object.entries(value).map(([key, item]) => (FUTURE_FIELDS.has(key) ? 0 : latest(item))));
}

function dangling(world: World): string[] {
  const uids = new Set(world.objects.map(({ metadata }) => metadata.uid));
  const pods = new Set(world.objects.filter(({ kind }) => kind === 'Pod').map(({ metadata }) => metadata.name));
  const owners = world.objects.filter(({ metadata }) => {
    const references = (metadata['ownerReferences'] ?? []) as { uid: string }[];
    return references.some(({ uid }) => !uids.has(uid));
  });
  return [
    ...owners.map((object) => `${nameOf(object)} has an owner that does not exist`),
    ...world.logs
      .filter(({ pod }) => !pods.has(pod))
      .map(({ pod }) => `there is a log of ${pod}, which does not exist`),
  ];
}

function disordered(world: World): string[] {
  return world.logs
    .filter(({ lines }) => {
      // A log may have no clock.
      const times = lines.flatMap((line) => parseTime(stampOf(line)) ?? []);
      return times.some((time, index) => index > 0 && time < (times[index - 1] ?? 0));
    })
    .map(({ pod }) => `the log of ${pod} goes back in time`);
}

function stampOf(line: string): string {
  return line.split(' ')[0] ?? '';
}
