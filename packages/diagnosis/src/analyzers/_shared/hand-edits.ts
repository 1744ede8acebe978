import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { type Writer, writersOf } from '../../changes/managers.ts';

const MARKS: readonly (readonly ['labels' | 'annotations', string, RegExp | null])[] = [
  ['annotations', 'argocd.argoproj.io/tracking-id', null],
  ['labels', 'argocd.argoproj.io/instance', null],
  ['labels', 'kustomize.toolkit.fluxcd.io/name', null],
  ['labels', 'helm.toolkit.fluxcd.io/name', null],
  ['annotations', 'meta.helm.sh/release-name', null],
  ['labels', 'app.kubernetes.io/managed-by', /^(?:helm|argocd|flux|kustomize)/i],
];

/** The path of the label or annotation that says an object is managed; null when none does. */
function markOf({ metadata }: KubeObject): string | null {
  for (const [where, name, wanted] of MARKS) {
    const value = metadata[where]?.[name];
    if (value !== undefined && (wanted === null || wanted.test(value))) return `metadata.${where}['${name}']`;
  }
  return null;
}

// Interactive tools; a plain apply is how some teams deploy, so it counts only beside a manager that should have done it.
const BY_HAND = /^(?:kubectl-(?:edit|patch|set|replace)|k9s|lens|openlens|mozilla|headlamp|rancher|dashboard|octant)/i;
const APPLIED = /^kubectl(?:-client-side-apply)?$/i;
const DEPLOYERS = /^(?:helm|argocd|kustomize-controller|helm-controller|flux|gitops)/i;

/** An object that Git or Helm manages and whose last writer was a person. */
export interface HandEdit {
  readonly writer: Writer;
  /** The path of the label or annotation that says who manages it. */
  readonly mark: string;
}

/** The edit by hand that an object managed from elsewhere was last written by; null when there is none. */
export function handEditOf(object: KubeObject): HandEdit | null {
  const mark = markOf(object);
  if (mark === null) return null;
  const writers = writersOf(object);
  const [writer] = writers;
  if (!writer) return null;
  const isByHand =
    BY_HAND.test(writer.manager) ||
    (APPLIED.test(writer.manager) && writers.some(({ manager }) => DEPLOYERS.test(manager)));
  return isByHand && !isOnlyReplicas(writer) ? { writer, mark } : null;
}

// Scaling is an act of operation, not an edit of what is declared.
function isOnlyReplicas(writer: Writer): boolean {
  const fields = writer.fields();
  return fields.length > 0 && fields.every((path) => path === 'spec.replicas');
}
