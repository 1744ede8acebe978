import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { matchesLabels } from '@headwater/core/kube/selector.ts';
import { compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { accountOf, meshModeOf, rootNamespace } from '../_shared/mesh-identity.ts';

type Policy = ObjectOf<'AuthorizationPolicy'>;
type Rule = NonNullable<NonNullable<Policy['spec']>['rules']>[number];
type Ternary = 'yes' | 'no' | 'maybe';

/** That policies deny a caller, or may deny it by conditions on the request that are not known. */
export interface Decision {
  readonly policy: Policy;
  readonly certain: boolean;
  /** What the policy does, for a statement. */
  readonly words: string;
}

interface Peer {
  readonly namespace: string;
  /** `cluster.local/ns/shop/sa/web`; null without a proxy, which has no identity. */
  readonly principal: string | null;
}

/** Decides as the proxy does: DENY policies first, then ALLOW policies if there are any; null when the caller gets through. */
export function decide(snapshot: Snapshot, { caller, target }: { caller: Subject; target: Subject }): Decision | null {
  const policies = policiesFor(snapshot, target);
  const meshed = meshModeOf(snapshot, caller) !== 'none';
  const peer: Peer = {
    namespace: caller.namespace ?? '',
    principal: meshed ? `cluster.local/ns/${caller.namespace}/sa/${accountOf(snapshot, caller)}` : null,
  };
  const denying = policies.filter(({ spec }) => spec?.action === 'DENY');
  const refusing = denying.find(({ spec }) => best((spec?.rules ?? []).map((rule) => matchRule(rule, peer))) === 'yes');
  if (refusing) return { policy: refusing, certain: true, words: 'denies its requests' };
  const perhaps = denying.find(
    ({ spec }) => best((spec?.rules ?? []).map((rule) => matchRule(rule, peer))) === 'maybe',
  );
  const allowing = policies.filter(({ spec }) => (spec?.action ?? 'ALLOW') === 'ALLOW');
  const [newest] = [...allowing].sort(byAge);
  if (!newest) return perhaps ? { policy: perhaps, certain: false, words: 'denies requests of some kind' } : null;
  const answer = best(allowing.flatMap(({ spec }) => (spec?.rules ?? []).map((rule) => matchRule(rule, peer))));
  if (answer === 'yes')
    return perhaps ? { policy: perhaps, certain: false, words: 'denies requests of some kind' } : null;
  const empty = allowing.every(({ spec }) => (spec?.rules ?? []).length === 0);
  return {
    policy: newest,
    certain: answer === 'no',
    words: empty ? 'allows nobody' : 'has no rule that allows its requests',
  };
}

function policiesFor(snapshot: Snapshot, target: Subject): readonly Policy[] {
  const [pod] = snapshot.topology.pods.ofComponent(target);
  const labels = pod?.metadata.labels ?? {};
  const root = rootNamespace(snapshot);
  const namespaces = target.namespace === root ? [root] : [target.namespace ?? '', root];
  return namespaces.flatMap((namespace) =>
    snapshot.objects
      .list('AuthorizationPolicy', namespace)
      .filter(
        ({ spec }) => (spec?.targetRefs ?? []).length === 0 && matchesLabels(labels, spec?.selector?.matchLabels ?? {}),
      ),
  );
}

// Newest first: the one that came last is the one after which calls began to fail.
function byAge(left: Policy, right: Policy): number {
  return (
    (parseTime(right.metadata.creationTimestamp) ?? 0) - (parseTime(left.metadata.creationTimestamp) ?? 0) ||
    compareText(subjectKey(subjectOf(left)), subjectKey(subjectOf(right)))
  );
}

function matchRule({ from, to, when }: Rule, peer: Peer): Ternary {
  const sources = from && from.length > 0 ? best(from.map(({ source }) => matchSource(source, peer))) : 'yes';
  if (sources === 'no') return 'no';
  // Methods, paths and headers of the requests are not known.
  const open = (to ?? []).length === 0 && (when ?? []).length === 0;
  return sources === 'yes' && open ? 'yes' : 'maybe';
}

type Source = NonNullable<NonNullable<Rule['from']>[number]['source']>;

function matchSource(source: Source | null | undefined, { namespace, principal }: Peer): Ternary {
  if (!source) return 'yes';
  const { principals, notPrincipals, namespaces, notNamespaces, ipBlocks, requestPrincipals } = source;
  if (principals && !principals.some((pattern) => principal !== null && fits(pattern, principal))) return 'no';
  if (namespaces && !namespaces.some((pattern) => principal !== null && fits(pattern, namespace))) return 'no';
  if (notPrincipals?.some((pattern) => principal !== null && fits(pattern, principal))) return 'no';
  if (notNamespaces?.some((pattern) => principal !== null && fits(pattern, namespace))) return 'no';
  return ipBlocks?.length || requestPrincipals?.length ? 'maybe' : 'yes';
}

/** Istio's string match: exact, `prefix*`, `*suffix`, or `*`. The trust domain of the mesh may be renamed. */
function fits(pattern: string, value: string): boolean {
  if (pattern === '*') return true;
  if (pattern.endsWith('*')) return value.startsWith(pattern.slice(0, -1));
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  return pattern === value || pattern.replace(/^[^/]+(?=\/ns\/)/, 'cluster.local') === value;
}

function best(answers: readonly Ternary[]): Ternary {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('maybe') ? 'maybe' : 'no';
}
