/** The Kubernetes object an alert, finding or cause is about. `namespace` is absent for cluster-scoped kinds. */
export interface Subject {
  readonly cluster?: string | undefined;
  readonly apiVersion?: string | undefined;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
}

/** The identity of a subject within one cluster: `Kind/namespace/name`, the namespace empty when cluster-scoped. */
export function subjectKey(subject: Subject): string {
  return `${subject.kind}/${subject.namespace ?? ''}/${subject.name}`;
}

/** A subject as people write it: `Deployment shop/checkout`, `Node worker-1`. */
export function formatSubject(subject: Subject): string {
  return `${subject.kind} ${subject.namespace ? `${subject.namespace}/` : ''}${subject.name}`;
}

/** Whether two references name the same object. */
export function sameSubject(left: Subject, right: Subject): boolean {
  return left.kind === right.kind && left.name === right.name && (left.namespace ?? '') === (right.namespace ?? '');
}

/** Orders subjects by kind, namespace, name: the one order used wherever a list of subjects is printed. */
export function compareSubjects(left: Subject, right: Subject): number {
  return compareText(subjectKey(left), subjectKey(right));
}

/** Code-unit order; localeCompare would make output depend on the machine's locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
