import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Change, FieldChange } from './change.ts';

/** Who changed an object: in words, and as an object of the cluster when it is one. */
export interface ChangeActor {
  readonly name: string;
  readonly subject?: Subject | undefined;
}

/** What an attribution looks at. */
export interface Attribution {
  readonly object: KubeObject;
  /** The field manager that wrote last; undefined when nobody left a name. */
  readonly manager: string | undefined;
  readonly subresource?: string | undefined;
  readonly diff?: readonly FieldChange[] | undefined;
  /** The autoscaler of a workload, when it is known. */
  readonly autoscaler?: Subject | undefined;
}

type Rule = (given: Attribution & { readonly manager: string }) => ChangeActor | null;

const PEOPLE = /^(?:kubectl|oc|k9s|lens|openlens|headlamp|node-fetch|Mozilla|dashboard|rancher)/i;

const RULES: readonly Rule[] = [argoCd, fluxKustomization, fluxHelmRelease, helm, autoscaler];

/** Names who made a change from the field manager and from the marks that deployers leave on what they own. */
export function actorOf(given: Attribution): ChangeActor | undefined {
  const { manager } = given;
  if (manager === undefined || manager === '') return undefined;
  for (const rule of RULES) {
    const actor = rule({ ...given, manager });
    if (actor) return actor;
  }
  return { name: manager };
}

/** The fields of a change that say who made it. */
export function signed(object: KubeObject, manager: string | undefined): Pick<Change, 'actor' | 'actorSubject'> {
  const actor = actorOf({ object, manager });
  return actor ? { actor: actor.name, ...(actor.subject ? { actorSubject: actor.subject } : {}) } : {};
}

/** Whether a manager is a tool that a person drives by hand, rather than a deployer or controller. */
export function isByHand(manager: string): boolean {
  return PEOPLE.test(manager);
}

function argoCd({ object, manager }: Attribution & { readonly manager: string }): ChangeActor | null {
  if (!manager.startsWith('argocd')) return null;
  const { annotations = {}, labels = {} } = object.metadata;
  const tracked = annotations?.['argocd.argoproj.io/tracking-id']?.split(':')[0];
  // An application outside Argo CD's own namespace is written `namespace_name`.
  const [namespace, own] = tracked?.includes('_') ? split(tracked, '_') : [undefined, tracked];
  const name = own ?? labels?.['argocd.argoproj.io/instance'] ?? labels?.['app.kubernetes.io/instance'];
  if (!name) return { name: 'Argo CD' };
  return {
    name: `Argo CD application ${name}`,
    subject: { kind: 'Application', ...(namespace && { namespace }), name },
  };
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}

function fluxKustomization(given: Attribution & { readonly manager: string }): ChangeActor | null {
  return flux(given, { manager: 'kustomize-controller', label: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization' });
}

function fluxHelmRelease(given: Attribution & { readonly manager: string }): ChangeActor | null {
  return flux(given, { manager: 'helm-controller', label: 'helm.toolkit.fluxcd.io', kind: 'HelmRelease' });
}

interface FluxMarks {
  readonly manager: string;
  readonly label: string;
  readonly kind: string;
}

function flux({ object, manager }: Attribution & { readonly manager: string }, marks: FluxMarks): ChangeActor | null {
  if (manager !== marks.manager) return null;
  const labels = object.metadata.labels ?? {};
  const name = labels[`${marks.label}/name`];
  const namespace = labels[`${marks.label}/namespace`];
  if (!name) return { name: `Flux (${manager})` };
  return {
    name: `Flux ${marks.kind} ${namespace ? `${namespace}/` : ''}${name}`,
    subject: { kind: marks.kind, ...(namespace ? { namespace } : {}), name },
  };
}

function helm({ object, manager }: Attribution & { readonly manager: string }): ChangeActor | null {
  if (!/^helm$/i.test(manager)) return null;
  const release = object.metadata.annotations?.['meta.helm.sh/release-name'];
  return { name: release ? `Helm release ${release}` : 'Helm' };
}

// The autoscaler writes `spec.replicas` through the scale subresource, in the name of the controller manager it runs in.
function autoscaler({ manager, subresource, diff, autoscaler: known }: Attribution & { readonly manager: string }) {
  if (subresource !== 'scale' || manager !== 'kube-controller-manager') return null;
  if (diff && !diff.every(({ path }) => path === 'spec.replicas')) return null;
  if (!known) return { name: 'an autoscaler' };
  return { name: `HorizontalPodAutoscaler ${known.namespace ?? ''}/${known.name}`, subject: known };
}
