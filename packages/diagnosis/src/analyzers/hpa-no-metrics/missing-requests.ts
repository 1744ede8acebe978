import type { Container } from '@headwater/contracts/kube/pod.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Hpa, hpaCondition, hpaFailure, targetOf } from '../_shared/hpa.ts';
import { isGone } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';
import { templateOf, templatePath } from '../_shared/workloads.ts';

/** Autoscalers that scale by utilization of a resource for which a container of their target has no request. */
export function findMissingRequests(snapshot: Snapshot): readonly Finding[] {
  return snapshot.objects.list('HorizontalPodAutoscaler').flatMap((hpa) => {
    const failure = hpaFailure(snapshot, hpa, 'ScalingActive');
    const said = /missing request for ([\w./-]+?)(?: in container ([\w.-]+))?(?: of Pod|\s|$)/i.exec(
      failure?.message ?? '',
    );
    const { object } = targetOf(snapshot, hpa);
    if (said?.[1])
      return [report(snapshot, hpa, { resource: said[1], container: said[2], told: failure?.evidence ?? [] })];
    // Without a word of its own the spec decides, unless the autoscaler says that it scales.
    if (!object || failure || hpaCondition(hpa, 'ScalingActive')) return [];
    const found = utilizationOf(hpa).map((resource) => ({
      resource,
      container: withoutRequest(snapshot, object, resource)?.name,
    }));
    return found
      .filter(({ container }) => container !== undefined)
      .slice(0, 1)
      .map((one) => report(snapshot, hpa, { ...one, told: [] }));
  });
}

function utilizationOf(hpa: Hpa): readonly string[] {
  const metrics = (hpa.spec?.metrics ?? []).flatMap(({ type, resource }) =>
    type === 'Resource' && resource?.name && resource.target?.averageUtilization ? [resource.name] : [],
  );
  return hpa.spec?.targetCPUUtilizationPercentage ? [...metrics, 'cpu'] : metrics;
}

/** The container without a request in the running Pods, else in the template; a LimitRange may fill in what a template lacks. */
function withoutRequest(snapshot: Snapshot, target: KubeObject, resource: string): Container | undefined {
  const pod = snapshot.owners.pods(subjectOf(target)).find((one) => !isGone(one));
  const spec = pod?.spec ?? templateOf(target)?.spec;
  return (spec?.containers ?? []).find(
    ({ resources }) => resources?.requests?.[resource] === undefined && resources?.limits?.[resource] === undefined,
  );
}

interface Missing {
  readonly resource: string;
  readonly container: string | undefined;
  readonly told: Finding['evidence'];
}

function report(snapshot: Snapshot, hpa: Hpa, { resource, container, told }: Missing): Finding {
  const { subject: wanted, object } = targetOf(snapshot, hpa);
  const target = wanted.name === '' ? subjectOf(hpa) : wanted;
  const template = object ? templateOf(object) : undefined;
  const lacking = container ?? (object ? withoutRequest(snapshot, object, resource)?.name : undefined);
  const inTemplate = object && lacking && (template?.spec?.containers ?? []).some(({ name }) => name === lacking);
  const pod = snapshot.owners
    .pods(target)
    .find((one) => (one.spec?.containers ?? []).some(({ name }) => name === lacking));
  return {
    code: 'autoscaling/no-requests',
    subject: target,
    category: 'hpa-no-requests',
    role: 'cause',
    layer: 'state',
    strength: told.length > 0 ? 0.95 : 0.7,
    statement: `${formatSubject(subjectOf(hpa))} cannot scale ${formatSubject(target)} by \`${resource}\` utilization: ${lacking ? `container \`${lacking}\`` : 'a container'} has no \`${resource}\` request`,
    evidence: [
      ...told,
      citeField(hpa, hpa.spec?.metrics ? 'spec.metrics' : 'spec.targetCPUUtilizationPercentage'),
      ...(inTemplate ? [citeField(object, `${templatePath(object)}.spec.containers[name=${lacking}].resources`)] : []),
      // A container that a webhook added stands in the Pod only.
      ...(!inTemplate && pod && lacking ? [citeField(pod, `spec.containers[name=${lacking}].resources`)] : []),
      ...(told.length === 0 ? [citeField(hpa, 'spec.scaleTargetRef')] : []),
    ],
    aliases: [subjectOf(hpa)],
    remediation: [
      edit('patch-resources', 'R2', `Set a \`${resource}\` request in every container of ${formatSubject(target)}`),
      edit('patch-hpa', 'R2', 'Scale by an average value instead of utilization'),
    ],
  };
}
