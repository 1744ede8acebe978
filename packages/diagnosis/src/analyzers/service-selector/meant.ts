import { editDistance } from '@headwater/core/near-miss.ts';
import type { Labels } from '@headwater/core/kube/selector.ts';
import { compareSubjects } from '@headwater/core/subject.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { servicePorts } from '../../topology/service-endpoints.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { isServed } from '../_shared/served-workloads.ts';
import { type ServiceObject, trafficTo } from '../_shared/service-traffic.ts';

/** The workload a Service without Pods was surely made for. */
export interface Meant {
  readonly view: TemplateView;
  /** `sure`: it bears the Service's name, or nothing else serves it and the labels nearly fit. */
  readonly certainty: 'sure' | 'likely';
  readonly ready: readonly PodObject[];
}

interface Candidate {
  readonly view: TemplateView;
  readonly score: number;
  readonly named: boolean;
}

/** Finds it by name, by labels that nearly fit and by ports; null when no workload stands out. */
export function meantWorkload(snapshot: Snapshot, service: ServiceObject): Meant | null {
  const selector = service.spec?.selector ?? {};
  const subject = subjectOf(service);
  const candidates = snapshot.topology.templates
    .list(service.metadata.namespace ?? '')
    .map((view): Candidate => ({ view, ...scoreOf(service, view) }))
    .filter(({ score }) => score >= 2)
    .sort((left, right) => right.score - left.score || compareSubjects(left.view.component, right.view.component));
  const [best, second] = candidates;
  if (!best || (second && second.score === best.score)) return null;
  const { view } = best;
  const orphaned = !isServed(snapshot, view.component);
  const proven =
    trafficTo(snapshot, subject).failing.length > 0 ||
    recentEdit(snapshot, subject, (path) => path.startsWith('spec.selector')) !== undefined;
  // `web-canary` with no canary running nearly fits `web`, which its own Service serves: not a mistake by itself.
  if (!orphaned && !best.named && !proven) return null;
  const pods = snapshot.topology.pods.ofComponent(view.component);
  const sure = best.named || (orphaned && nearlyFits(selector, view.labels));
  return { view, certainty: sure ? 'sure' : 'likely', ready: pods.filter(isReady) };
}

function scoreOf(service: ServiceObject, view: TemplateView): { score: number; named: boolean } {
  const selector = service.spec?.selector ?? {};
  const named = view.component.name === service.metadata.name;
  const keys = Object.keys(selector);
  const equal = keys.filter((key) => view.labels[key] === selector[key]).length;
  const near = keys.filter(
    (key) => view.labels[key] !== selector[key] && isNear(selector[key] ?? '', view.labels[key]),
  ).length;
  const ports = servesPorts(service, view) ? 1 : 0;
  return { named, score: (named ? 4 : 0) + (equal + near > 0 ? (2 * (equal + near)) / keys.length : 0) + near + ports };
}

function nearlyFits(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value || isNear(value, labels[key]));
}

/** Whether two label values look like one meant word: a typo, another separator, a suffix more or less. */
function isNear(wanted: string, found: string | undefined): boolean {
  if (found === undefined) return false;
  const [left, right] = [plain(wanted), plain(found)];
  if (left === right || left.startsWith(right) || right.startsWith(left)) return true;
  return editDistance(left, right, 2) <= Math.min(2, Math.floor(Math.min(left.length, right.length) / 3));
}

function plain(value: string): string {
  return value.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function servesPorts(service: ServiceObject, { spec }: TemplateView): boolean {
  const declared = (spec.containers ?? []).flatMap(({ ports }) => ports ?? []);
  const targets = servicePorts(service, []).map(({ target }) => target);
  return (
    targets.length > 0 &&
    targets.every((target) =>
      declared.some(({ name, containerPort }) =>
        typeof target === 'string' ? name === target : containerPort === target,
      ),
    )
  );
}
