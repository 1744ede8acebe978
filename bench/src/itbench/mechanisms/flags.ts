import { configMap } from '@headwater/testkit/world/objects.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import type { Stage } from '../stage.ts';
import { groupOf, type Mechanism, says } from './mechanism.ts';

const KEY = 'demo.flagd.json';

interface Flag {
  readonly description: string;
  readonly state: string;
  readonly variants: Record<string, unknown>;
  defaultVariant: string;
}

/** A flag of the application's flag file is turned on that makes a part of it fail. */
export const flags: Mechanism = {
  name: 'feature-flag',
  fits: (input) =>
    says(input, /flag/) ||
    input.roots.some(({ kind, filters }) => kind === 'ConfigMap' && filters.some((text) => /flag/.test(text))),
  apply(input) {
    const { stage, fault } = input;
    const { application } = stage.cast;
    const on = turnedOn(input.fault.changed, fault.text, Object.keys(application.flags));
    const group = groupOf(input, /^ConfigMap$/);
    const name = group ? stage.cast.nameOf(group) : (application.flagMap ?? 'feature-flags');
    const namespace = group?.namespace || stage.namespace;
    const version = (values: ReadonlySet<string>, edited: boolean): KubeJson =>
      configMap(stage.scene, {
        namespace,
        name,
        data: { [KEY]: flagFile(Object.keys(application.flags), values) },
        created: daysBefore(stage.scene, 30),
        ...(edited ? { edited: { at: stage.at, manager: 'kubectl-edit', keys: [KEY] } } : {}),
      });
    replaceObject(stage, version(on, true), version(new Set(), false));
    for (const flag of on) {
      const victims = application.flags[flag] ?? input.named.slice(0, 1).map(({ name }) => name);
      for (const victim of victims) stage.victims.add(victim);
      if (/flood|surge/i.test(flag)) for (const victim of victims) stage.surging.add(victim);
      if (/cpu|gc/i.test(flag)) for (const victim of victims) stage.saturated.set(victim, 'cpu');
      if (/leak|cache/i.test(flag)) for (const victim of victims) stage.saturated.set(victim, 'memory');
    }
  },
};

/** Puts the edited version of an object in the place of the first, and both into the journal. */
export function replaceObject(stage: Stage, edited: KubeJson, former: KubeJson): void {
  const { plan } = stage;
  const { kind } = edited;
  const { namespace, name } = edited.metadata;
  const known = plan.objects.findIndex(
    (object) => object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace,
  );
  if (known >= 0) plan.objects.splice(known, 1);
  plan.objects.push(edited);
  plan.journal.push(
    { observedAt: stage.scene.before(300), type: 'ADDED', object: former },
    { observedAt: stage.at, type: 'MODIFIED', object: edited },
  );
}

// The truths write a flag's name with or without `Service` and in either spelling of the load generator.
function turnedOn(
  changed: { from: string; to: string } | undefined,
  text: string,
  known: readonly string[],
): ReadonlySet<string> {
  const before = variantsIn(changed?.from ?? '');
  const turned = [...variantsIn(changed?.to ?? '')]
    .filter(([flag, variant]) => before.get(flag) !== variant)
    .map(([flag]) => flag);
  const names = turned.length > 0 ? turned : flagsNamed(text, known);
  return new Set(names.map((name) => known.find((flag) => loose(flag) === loose(name)) ?? name));
}

// A flag nobody documented is called by the word before `flag`.
function flagsNamed(text: string, known: readonly string[]): readonly string[] {
  const documented = known.filter((flag) => loose(text).includes(loose(flag)));
  if (documented.length > 0) return documented;
  return [...text.matchAll(/([a-z][\w-]{3,})\s+(?:feature[ -])?flag/g)].flatMap(([, name = '']) =>
    name === 'feature' ? [] : [name],
  );
}

function loose(flag: string): string {
  return flag.toLowerCase().replaceAll('service', '');
}

function variantsIn(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/"(\w+)"\s*:\s*\{(?:[^{}]|\{[^{}]*\})*?"defaultVariant"\s*:\s*"([^"]*)"/g);
  return new Map([...found].map(([, flag = '', variant = '']) => [flag, variant]));
}

function flagFile(names: readonly string[], on: ReadonlySet<string>): string {
  const all = [...new Set([...names, ...on])];
  const flagsOf = Object.fromEntries(
    all.map((name): [string, Flag] => [
      name,
      {
        description: `Demonstration flag ${name}`,
        state: 'ENABLED',
        variants: { on: true, off: false },
        defaultVariant: on.has(name) ? 'on' : 'off',
      },
    ]),
  );
  return JSON.stringify({ $schema: 'https://flagd.dev/schema/v0/flags.json', flags: flagsOf }, null, 2);
}
