import type { Subject } from '@headwater/core/subject.ts';
import { clsx } from 'clsx';

interface SubjectNameProps {
  readonly subject: Subject;
  readonly className?: string;
}

/** A Kubernetes object: its kind small, its name legible, its namespace where it has one. */
export function SubjectName({ subject, className }: SubjectNameProps) {
  return (
    <span className={clsx('foreign', className)}>
      <span className="text-subtle">{subject.kind} </span>
      {subject.namespace && <span className="text-muted">{subject.namespace}/</span>}
      <span className="font-medium">{subject.name}</span>
    </span>
  );
}
