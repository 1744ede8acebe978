import type { ReactNode } from 'react';

interface PageHeadingProps {
  readonly title: string;
  readonly children?: ReactNode;
}

export function PageHeading({ title, children }: PageHeadingProps) {
  return (
    <div className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5">
      <h1 tabIndex={-1} className="text-lg font-semibold tracking-tight">
        {title}
      </h1>
      {children}
    </div>
  );
}
