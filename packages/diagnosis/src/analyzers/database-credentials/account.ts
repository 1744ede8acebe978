import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { CredentialError } from '../_shared/credential-errors.ts';
import type { DataService } from '../_shared/dependencies.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import type { ContainerView, PodObject } from '../_shared/pods.ts';

interface Words {
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

interface Client {
  readonly pod: PodObject;
  readonly view: ContainerView;
}

const PASSWORD = /passw|pwd|secret|credential|auth/i;

/** Where the refused account and its password come from in a consumer's environment; never the password itself. */
export function accountEvidence(snapshot: Snapshot, { pod, view, match }: Client & { match: CredentialError }): Words {
  const env = view.spec?.env ?? [];
  const user =
    match.user === null ? undefined : env.find(({ name, value }) => value === match.user && !PASSWORD.test(name ?? ''));
  const password = env.find(({ name, valueFrom }) => PASSWORD.test(name ?? '') && valueFrom?.secretKeyRef);
  const evidence: Evidence[] = [];
  let words = '';
  if (user?.name) {
    words += `; the account comes from variable \`${user.name}\``;
    evidence.push(citePodSpec(snapshot, pod, `${view.specPath}.env[name=${user.name}].value`));
  }
  const secret = password?.valueFrom?.secretKeyRef;
  if (password?.name && secret?.name) {
    words += `; the password comes from Secret \`${secret.name}\``;
    evidence.push(citePodSpec(snapshot, pod, `${view.specPath}.env[name=${password.name}].valueFrom.secretKeyRef`));
  }
  return { words, evidence };
}

/** Says that consumer and server take their password from different Secrets; null when they share one or it is not told. */
export function secretMismatch(
  snapshot: Snapshot,
  { pod, view }: Client,
  { object, template }: DataService,
): Words | null {
  const mine = secretsIn(view.spec);
  const theirs = (template.spec.containers ?? []).flatMap((container) =>
    secretsIn(container).map((secret) => ({ ...secret, container: container.name })),
  );
  const [own] = mine;
  const [other] = theirs;
  if (
    !own ||
    !other ||
    mine.some(({ secret }) => theirs.some((entry) => entry.secret === secret)) ||
    pod.metadata.namespace !== template.namespace
  )
    return null;
  return {
    words: `, while the server takes its own from Secret \`${other.secret}\``,
    evidence: [
      citePodSpec(snapshot, pod, `${view.specPath}.env[name=${own.variable}].valueFrom.secretKeyRef`),
      citeField(
        object,
        `${template.path}.containers[name=${other.container}].env[name=${other.variable}].valueFrom.secretKeyRef`,
      ),
    ],
  };
}

function secretsIn(container: ContainerView['spec']): { variable: string; secret: string }[] {
  return (container?.env ?? []).flatMap(({ name, valueFrom }) => {
    const secret = valueFrom?.secretKeyRef?.name;
    return name && secret && PASSWORD.test(name) ? [{ variable: name, secret }] : [];
  });
}
